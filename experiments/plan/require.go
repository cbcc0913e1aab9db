package plan

import (
	"fmt"
	"math"

	"cnv/results"
	"cnv/results/compare"
)

// A requireTable is [[require]]: a bound that the results have to keep, or
// compare ends with exit code 1.
type requireTable struct {
	Metric   string   `toml:"metric" axis:"no" doc:"a column of runs.csv; required"`
	Policy   string   `toml:"policy" axis:"no" doc:"whose; all policies'"`
	Workload string   `toml:"workload" axis:"no" doc:"on which; all workloads"`
	Min      *float64 `toml:"min" axis:"no" doc:"the mean is at least so much"`
	Max      *float64 `toml:"max" axis:"no" doc:"the mean is at most so much"`
	Sure     bool     `toml:"sure" axis:"no" doc:"not just the mean but its whole 95 % interval; false"`
}

// readRequirements reads the bounds. Names are only checked against what is
// readable.
func (r *reader) readRequirements(policies []*Policy, workloads []*Workload, environments []*Environment, readable bool) []compare.Requirement {
	var names, places []string
	for _, p := range policies {
		names = append(names, p.Name)
	}
	for _, w := range workloads {
		for _, e := range environments {
			places = append(places, w.Name+e.label)
		}
	}
	var out []compare.Requirement
	for _, t := range r.list(r.root, "require") {
		var q requireTable
		if !r.decode(t, nil, &q) {
			continue
		}
		metrics := results.MetricNames()
		r.wrong(q.Metric == "", join(t.path, "metric"), "missing: name a column of runs.csv, such as slo_attainment")
		r.wrong(q.Metric != "" && !contains(metrics, q.Metric), join(t.path, "metric"), "unknown metric %q%s", q.Metric, hint(q.Metric, metrics))
		r.checkAfter(q.Metric, join(t.path, "metric"), environments[0].top.After)
		r.wrong(q.Min == nil && q.Max == nil, join(t.path, "metric"), "no bound: give min, max or both")
		r.wrong(q.Min != nil && q.Max != nil && *q.Min > *q.Max, join(t.path, "max"), "less than min")
		r.wrong(q.Policy != "" && readable && !contains(names, q.Policy), join(t.path, "policy"), "unknown policy %q%s", q.Policy, hint(q.Policy, names))
		r.wrong(q.Workload != "" && readable && !contains(places, q.Workload), join(t.path, "workload"), "unknown workload %q%s", q.Workload, hint(q.Workload, places))
		r.checkShare(q.Metric, join(t.path, "min"), q.Min)
		r.checkShare(q.Metric, join(t.path, "max"), q.Max)
		b := compare.Requirement{Metric: q.Metric, Policy: q.Policy, Workload: q.Workload, Min: math.Inf(-1), Max: math.Inf(1), Sure: q.Sure}
		if q.Min != nil {
			b.Min = *q.Min
		}
		if q.Max != nil {
			b.Max = *q.Max
		}
		out = append(out, b)
	}
	return out
}

// checkShare refuses a bound of a part of all that no part can be beyond: as
// a percentage it would never, or always, be kept.
func (r *reader) checkShare(metric, path string, bound *float64) {
	if bound == nil || !results.IsShare(metric) || *bound >= 0 && *bound <= 1 {
		return
	}
	instead := ""
	if *bound > 1 && *bound <= 100 {
		instead = fmt.Sprintf("; %v %% are %v", *bound, *bound/100)
	}
	r.problem(path, "%v: %s is a fraction from 0 to 1%s", *bound, metric, instead)
}
