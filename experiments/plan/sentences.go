package plan

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"cnv/results"
	"cnv/results/answer"
)

// A thresholdTable is [[threshold]]: along an axis, the last value up to which a
// metric of a policy keeps a bound.
type thresholdTable struct {
	Axis   string   `toml:"axis" axis:"no" doc:"a key with several values; required"`
	Policy string   `toml:"policy" axis:"no" doc:"whose metric; required"`
	Metric string   `toml:"metric" axis:"no" doc:"a column of runs.csv; the first primary one"`
	Min    *float64 `toml:"min" axis:"no" doc:"it is to be at least so much; one of min and max is required"`
	Max    *float64 `toml:"max" axis:"no" doc:"it is to be at most so much"`
	// Expected is results.Threshold.Expected.
	Expected string `toml:"expected" axis:"no" doc:"the value up to which the bound is kept by the hypothesis; the answer says whether it is"`
}

// A shareTable is [[share]]: how much of the difference between two policies each
// other one makes up.
type shareTable struct {
	From   string `toml:"from" axis:"no" doc:"the policy that makes up nothing; required"`
	To     string `toml:"to" axis:"no" doc:"the policy that makes up all; required"`
	Metric string `toml:"metric" axis:"no" doc:"a primary metric; the first one"`
}

// A referenceTable is [[reference]]: what theory, or another study, has of a metric.
type referenceTable struct {
	Name   string    `toml:"name" axis:"no" doc:"who says so, such as \"Erlang C\"; required"`
	Policy string    `toml:"policy" axis:"no" doc:"of whom; required"`
	Metric string    `toml:"metric" axis:"no" doc:"a column of runs.csv; the first primary one"`
	Values NumbersOf `toml:"values" axis:"no" doc:"by workload; required"`
}

// NumbersOf is a table of numbers by name.
type NumbersOf map[string]float64

// UnmarshalTOML takes a table of numbers.
func (n *NumbersOf) UnmarshalTOML(x any) error {
	keys, ok := x.(map[string]any)
	if !ok {
		return errors.Join(mismatch("a table of numbers by workload", x)...)
	}
	*n = NumbersOf{}
	var errs []error
	for _, name := range sortedNames(keys) {
		switch v := keys[name].(type) {
		case int64:
			(*n)[name] = float64(v)
		case float64:
			(*n)[name] = v
			if math.IsNaN(v) || math.IsInf(v, 0) {
				errs = append(errs, fmt.Errorf("%s: %v is not a usable number", name, v))
			}
		default:
			errs = append(errs, fmt.Errorf("%s: %w", name, errors.Join(mismatch("a number", v)...)))
		}
	}
	return errors.Join(errs...)
}

// readSentences reads what sentences the file asks for. Names are only checked where
// all else is readable.
func (r *reader) readSentences(p *Plan, readable bool) {
	var names []string
	for _, s := range p.Scenarios {
		names = append(names, s.Name)
	}
	for i, c := range p.Contrasts {
		for _, name := range c.On {
			r.wrong(readable && !contains(names, name), fmt.Sprintf("contrast[%d].on", i), "unknown workload %q%s", name, hint(name, names))
		}
		for _, name := range c.ExpectedOn {
			r.wrong(readable && !contains(names, name), fmt.Sprintf("contrast[%d].expected_on", i), "unknown workload %q%s", name, hint(name, names))
			r.wrong(contains(names, name) && !c.About(name), fmt.Sprintf("contrast[%d].expected_on", i), "the contrast is not about %q: name it in on, too", name)
		}
	}
	for _, t := range r.list(r.root, "threshold") {
		r.readThreshold(p, t, readable)
	}
	for _, t := range r.list(r.root, "share") {
		r.readShare(p, t, readable)
	}
	for _, t := range r.list(r.root, "reference") {
		r.readReference(p, t, readable)
	}
}

// readShare reads one [[share]].
func (r *reader) readShare(p *Plan, t table, readable bool) {
	var q shareTable
	if !r.decode(t, nil, &q) {
		return
	}
	r.checkNamed(p, t, "from", q.From, readable)
	r.checkNamed(p, t, "to", q.To, readable)
	r.wrong(q.From != "" && q.From == q.To, join(t.path, "to"), "%q is where the difference begins", q.To)
	others := slices.ContainsFunc(p.Policies, func(p *Policy) bool { return p.Name != q.From && p.Name != q.To })
	r.wrong(readable && !others, t.path, "there is no policy but %q and %q that could make up a share", q.From, q.To)
	r.wrong(q.Metric != "" && !contains(p.Primary, q.Metric), join(t.path, "metric"), "%q is not primary: only the differences of those hold together", q.Metric)
	p.Shares = append(p.Shares, answer.Share{Metric: r.metric(p, t, q.Metric), From: q.From, To: q.To})
}

// readThreshold reads one [[threshold]].
func (r *reader) readThreshold(p *Plan, t table, readable bool) {
	var q thresholdTable
	if !r.decode(t, nil, &q) {
		return
	}
	r.checkNamed(p, t, "policy", q.Policy, readable)
	r.wrong(q.Axis == "", join(t.path, "axis"), "missing: name a key that has several values")
	r.wrong((q.Min == nil) == (q.Max == nil), join(t.path, "max"), "give one of min and max")
	out := answer.Threshold{Axis: q.Axis, Policy: q.Policy, Metric: r.metric(p, t, q.Metric), Expected: q.Expected}
	r.checkAfter(q.Metric, join(t.path, "metric"), p.After)
	r.checkShare(out.Metric, join(t.path, "min"), q.Min)
	r.checkShare(out.Metric, join(t.path, "max"), q.Max)
	switch {
	case q.Min != nil:
		out.Bound, out.Least = *q.Min, true
	case q.Max != nil:
		out.Bound = *q.Max
	}
	r.wrong(readable && q.Axis != "" && p.along(out).Lines == nil, join(t.path, "axis"), "no workloads differ in %q: name a key that has several values", q.Axis)
	var values []string
	for _, line := range p.along(out).Lines {
		for _, s := range line.Steps {
			values = append(values, s.Value)
		}
	}
	r.wrong(values != nil && q.Expected != "" && !contains(values, q.Expected), join(t.path, "expected"), "%q is not on the axis%s", q.Expected, hint(q.Expected, values))
	p.Thresholds = append(p.Thresholds, out)
}

// readReference reads one [[reference]].
func (r *reader) readReference(p *Plan, t table, readable bool) {
	var q referenceTable
	if !r.decode(t, nil, &q) {
		return
	}
	r.checkNamed(p, t, "policy", q.Policy, readable)
	r.wrong(q.Name == "", join(t.path, "name"), "missing: say who has these values")
	r.wrong(len(q.Values) == 0, join(t.path, "values"), "missing: give numbers by workload")
	r.checkAfter(q.Metric, join(t.path, "metric"), p.After)
	out := answer.Reference{Name: q.Name, Policy: q.Policy, Metric: r.metric(p, t, q.Metric)}
	var names []string
	for _, s := range p.Scenarios {
		names = append(names, s.Name)
		if v, ok := q.Values[s.Name]; ok {
			out.Values = append(out.Values, answer.ReferenceValue{Workload: s.Name, Value: v})
		}
	}
	for _, name := range sortedNames(q.Values) {
		r.wrong(readable && !contains(names, name), join(t.path, "values"), "unknown workload %q%s", name, hint(name, names))
	}
	p.References = append(p.References, out)
}

// checkNamed refuses a policy that is not there.
func (r *reader) checkNamed(p *Plan, t table, key, name string, readable bool) {
	var names []string
	for _, pol := range p.Policies {
		names = append(names, pol.Name)
	}
	r.wrong(name == "", join(t.path, key), "missing: name a policy")
	r.wrong(name != "" && readable && !contains(names, name), join(t.path, key), "unknown policy %q%s", name, hint(name, names))
}

// metric is the one named, or the first primary one.
func (r *reader) metric(p *Plan, t table, name string) string {
	metrics := results.MetricNames()
	switch {
	case name == "" && len(p.Primary) > 0:
		return p.Primary[0]
	case !contains(metrics, name):
		r.problem(join(t.path, "metric"), "unknown metric %q%s", name, hint(name, metrics))
	}
	return name
}

// along finds the workloads of a threshold: those that differ in nothing but its axis
// are a line.
func (p *Plan) along(t answer.Threshold) answer.Threshold {
	for _, s := range p.Scenarios {
		before, rest, ok := strings.Cut(s.Name, " "+t.Axis+"=")
		if !ok {
			continue
		}
		value, after, more := strings.Cut(rest, " ")
		name := before
		if more {
			name += " " + after
		}
		i := slices.IndexFunc(t.Lines, func(l answer.ThresholdLine) bool { return l.Name == name })
		if i < 0 {
			i, t.Lines = len(t.Lines), append(t.Lines, answer.ThresholdLine{Name: name})
		}
		t.Lines[i].Steps = append(t.Lines[i].Steps, answer.ThresholdStep{Value: value, Workload: s.Name})
	}
	for _, line := range t.Lines {
		rising(line.Steps)
	}
	return t
}

// rising sorts the steps of a line from the least value up where all are numbers, or
// all durations. Others, such as distributions, have no order but that of the file.
func rising(steps []answer.ThresholdStep) {
	for _, of := range []func(string) (float64, error){
		func(s string) (float64, error) { return strconv.ParseFloat(s, 64) },
		func(s string) (float64, error) { d, err := time.ParseDuration(s); return d.Seconds(), err },
	} {
		value := map[string]float64{}
		for _, s := range steps {
			if v, err := of(s.Value); err == nil {
				value[s.Value] = v
			}
		}
		if len(value) == len(steps) { // names are unique, so values are
			slices.SortFunc(steps, func(a, b answer.ThresholdStep) int { return cmp.Compare(value[a.Value], value[b.Value]) })
			return
		}
	}
}
