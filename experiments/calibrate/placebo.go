package calibrate

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"cnv/results/stat"
	"cnv/results/words"
)

// A Metric is one in which a fitted world is held against what was measured.
type Metric struct {
	Name, Unit string
	Part       int     // of the run, from 1; 0: of all of it
	Scale      float64 // of the column, to the unit
	of         func(r *Run) float64
	absolute   float64 // differences in the unit that nobody can measure
	more, less string  // what a difference is, "" where nobody asks
}

// relative is the difference that nobody can measure, in parts of a value: the metrics of
// response times are read from histograms of that precision.
const relative = 0.005

// Metrics are all of them.
var Metrics = []Metric{
	{"misses", "%", 0, 100, func(r *Run) float64 { return 1 - r.Value("slo_attainment") }, 0.1, "%s points more requests would have missed", "%s points fewer requests would have missed"},
	{"p50", "s", 0, 1, func(r *Run) float64 { return r.Value("response_p50_s") }, 1e-4, "", ""},
	{"p99", "s", 0, 1, func(r *Run) float64 { return r.Value("response_p99_s") }, 1e-4, "the 99th percentile would have been %s s longer", "the 99th percentile would have been %s s shorter"},
	{"cost", "$ per 1,000", 0, 1, costWithoutTable, 0, "1,000 requests would have cost $%s more", "1,000 requests would have cost $%s less"},
	{"VMs", "mean", 0, 1, func(r *Run) float64 { return r.Value("vms_mean") }, 0.01, "", ""},
	{"on functions", "%", 0, 100, func(r *Run) float64 { return r.Value("function_share") }, 0.1, "", ""},
}

// Of is the metric of a run, in its unit.
func (m *Metric) Of(r *Run) float64 {
	v := m.of(r) * m.Scale
	if math.IsNaN(v) {
		return 0 // nobody was answered
	}
	return v
}

// Sentence says a difference to the journal's own policy in words, "" where nobody asks.
func (m *Metric) Sentence(p Prediction) string {
	if m.more == "" || math.IsInf(p.Mean, 0) || math.IsNaN(p.Mean) {
		return ""
	}
	if !(p.Low > 0 || p.High < 0) {
		return words.Capital(m.Name) + ": not told apart."
	}
	say, low, high := m.more, p.Low, p.High
	if p.High < 0 {
		say, low, high = m.less, -p.High, -p.Low
	}
	digits := func(v float64) string { return words.Significant(v, 2) }
	return words.Capital(fmt.Sprintf(say, digits(math.Abs(p.Mean)))) + fmt.Sprintf(" (%s to %s).", digits(low), digits(high))
}

// A Prediction is what the draws of a fitted world say of a metric.
type Prediction struct {
	Mean, Low, High float64 // 95 % of single runs lie between
	spread          float64 // of a single run about the mean that was seen
	n, unbounded    int     // draws, and those that are infinite
}

// Predict is what draws say of one more run.
func Predict(draws []float64) Prediction {
	n := len(draws)
	p := Prediction{n: n, Mean: stat.MeanOf(draws)}
	sum := 0.0
	for _, v := range draws {
		if math.IsInf(v, 0) {
			p.unbounded++
		}
		sum += (v - p.Mean) * (v - p.Mean)
	}
	if n > 1 {
		p.spread = math.Sqrt(sum / float64(n-1) * (1 + 1/float64(n)))
		t := stat.StudentsT(float64(n-1), 0.975) * p.spread
		p.Low, p.High = p.Mean-t, p.Mean+t
	}
	return p
}

// Possible keeps a prediction of the metric of a run, not of a difference, to what can be.
func (m *Metric) Possible(p Prediction) Prediction {
	p.Low = max(p.Low, 0)
	if m.Unit == "%" {
		p.High = min(p.High, 100)
	}
	return p
}

// Placebo are the metrics in which the journal's own policy is held against what was
// measured of so many requests: all, and misses and medians of the parts of the run. One
// request more or less is no difference.
func Placebo(requests int) []Metric {
	out := slices.Clone(Metrics)
	for k := range Parts {
		out = append(out,
			Metric{Part: k + 1, Name: "misses", Unit: "%", Scale: 100, of: func(r *Run) float64 { return r.Parts[k].Misses }, absolute: 0.1},
			Metric{Part: k + 1, Name: "p50", Unit: "s", Scale: 1, of: func(r *Run) float64 { return r.Parts[k].P50 }, absolute: 1e-4})
	}
	return oneMore(out, requests)
}

// Windows are the metrics of each of n parts of a run of so many requests, part by part. One
// request more or less is no difference.
func Windows(requests, n int) []Metric {
	var out []Metric
	for k := range n {
		out = append(out,
			Metric{Part: k + 1, Name: "misses", Unit: "%", Scale: 100, of: func(r *Run) float64 { return r.Parts[k].Misses }, absolute: max(0.1, 100*float64(n)/float64(max(requests, 1)))},
			Metric{Part: k + 1, Name: "p50", Unit: "s", Scale: 1, of: func(r *Run) float64 { return r.Parts[k].P50 }, absolute: 1e-4},
			Metric{Part: k + 1, Name: "p90", Unit: "s", Scale: 1, of: func(r *Run) float64 { return r.Parts[k].P90 }, absolute: 1e-4})
	}
	return out
}

// ForRequests are the metrics of whole runs of so many requests in all. One request more or
// less is no difference.
func ForRequests(requests int) []Metric { return oneMore(slices.Clone(Metrics), requests) }

// oneMore takes one of so many requests, more or less, for no difference of shares.
func oneMore(all []Metric, requests int) []Metric {
	for i := range all {
		m := &all[i]
		if m.Unit != "%" {
			continue
		}
		among := float64(max(requests, 1))
		if m.Part > 0 {
			among /= Parts
		}
		m.absolute = max(m.absolute, 100/among)
	}
	return all
}

// Within says whether a measured value of this metric alone can be one more of the draws, in
// 95 of 100 cases in which it is. What nobody can measure is no difference.
func (m *Metric) Within(measured float64, p *Prediction) bool {
	return m.off(measured, p) <= stat.StudentsT(float64(p.n-1), 0.975)
}

// off is how far a measured value is from a prediction, in spreads of a single run, beyond
// what nobody can measure.
func (m *Metric) off(measured float64, p *Prediction) float64 {
	switch d := math.Abs(measured-p.Mean) - m.absolute - relative*math.Abs(measured); {
	case p.unbounded > 0 && p.unbounded < p.n: // it may be anything from the least draw on
		return 0
	case measured == p.Mean || d <= 0: // both infinite, too
		return 0
	case p.spread > 0:
		return d / p.spread
	}
	return math.Inf(1)
}

// Agrees says of each metric whether a measured run can be one more of the draws: all
// together are right in 95 of 100 worlds in which they can (Holm 1979). What nobody can
// measure is no difference.
func Agrees(metrics []Metric, measured []float64, predicted []Prediction) []bool {
	order := make([]int, len(metrics))
	off := make([]float64, len(metrics))
	for i := range metrics {
		order[i], off[i] = i, metrics[i].off(measured[i], &predicted[i])
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(off[b], off[a]) })
	out := make([]bool, len(metrics))
	for k, i := range order {
		limit := stat.StudentsT(float64(predicted[i].n-1), 1-0.025/float64(len(order)-k))
		if off[i] <= limit { // and so do all that are off by less
			for _, j := range order[k:] {
				out[j] = true
			}
			break
		}
	}
	return out
}

// costWithoutTable is the cost per 1,000 arrivals without that of the table of measurements,
// which live runs write to and simulations have only with [store].
func costWithoutTable(r *Run) float64 {
	return 1000 * (r.Value("cost_usd") - r.Value("cost_store_usd")) / r.Value("requests")
}
