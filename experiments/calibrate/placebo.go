package calibrate

import (
	"fmt"
	"math"
	"slices"

	"cnv/results"
	"cnv/results/stat"
	"cnv/results/words"
)

// A Metric is one in which a fitted world is held against what was measured.
type Metric struct {
	Name, Unit string
	Scale      float64 // of the column, to the unit
	of         func(r *results.Row) float64
	absolute   float64 // differences in the unit that nobody can measure
	more, less string  // what a difference is, "" where nobody asks
}

// relative is the difference that nobody can measure, in parts of a value: the metrics of
// response times are read from histograms of that precision.
const relative = 0.005

// Metrics are all of them.
var Metrics = []Metric{
	{"misses", "%", 100, func(r *results.Row) float64 { return 1 - r.Value("slo_attainment") }, 0.1, "%s points more requests would have missed", "%s points fewer requests would have missed"},
	{"p50", "s", 1, func(r *results.Row) float64 { return r.Value("response_p50_s") }, 1e-4, "", ""},
	{"p99", "s", 1, func(r *results.Row) float64 { return r.Value("response_p99_s") }, 1e-4, "the 99th percentile would have been %s s longer", "the 99th percentile would have been %s s shorter"},
	{"cost", "$ per 1,000", 1, func(r *results.Row) float64 { return r.Value("cost_per_1000_usd") }, 0, "1,000 requests would have cost $%s more", "1,000 requests would have cost $%s less"},
	{"VMs", "mean", 1, func(r *results.Row) float64 { return r.Value("vms_mean") }, 0.01, "", ""},
	{"on functions", "%", 100, func(r *results.Row) float64 { return r.Value("function_share") }, 0.1, "", ""},
}

// Of is the metric of a run, in its unit.
func (m *Metric) Of(r *results.Row) float64 {
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
	n               int
}

// Predict is what draws say of one more run.
func Predict(draws []float64) Prediction {
	n := len(draws)
	p := Prediction{n: n, Mean: stat.MeanOf(draws)}
	sum := 0.0
	for _, v := range draws {
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

// Agrees says of each metric whether a measured run can be one more of the draws: all
// together are right in 95 of 100 worlds in which they can (Holm 1979). What nobody can
// measure is no difference.
func Agrees(measured []float64, predicted []Prediction) []bool {
	order := make([]int, len(Metrics))
	off := make([]float64, len(Metrics))
	for i := range Metrics {
		order[i] = i
		d := math.Abs(measured[i]-predicted[i].Mean) - Metrics[i].absolute - relative*math.Abs(measured[i])
		switch {
		case d <= 0 || measured[i] == predicted[i].Mean: // both infinite
		case predicted[i].spread > 0:
			off[i] = d / predicted[i].spread
		default:
			off[i] = math.Inf(1)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case off[a] > off[b]:
			return -1
		case off[a] < off[b]:
			return 1
		}
		return 0
	})
	out := make([]bool, len(Metrics))
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
