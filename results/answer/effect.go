package answer

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"cnv/results"
	"cnv/results/compare"
	"cnv/results/words"
)

// An Effect is one finding: what a change of policy does to a metric on a workload. It is
// found by the joint interval, so that all effects of an experiment hold together with 95
// %.
type Effect struct {
	Workload, From, To string
	Name               string // of the change; "" it has none
	Quantity           Quantity
	Change             string  // "−49 ±13 points": the difference with its interval
	Deltas             float64 // how many of the smallest differences that matter it is
	Improves           bool    // it is to the better; false also where neither is better
	Worlds             string  // "18 of 20": in so many worlds it holds; "" none was asked
	Robust             bool    // it holds in nearly all of them
	Expected           string  // "as expected", "against expectation"; "" nothing was expected
	Cause              string  // what makes up the difference, "" where nothing tells
}

// effects are the findings about the contrasts, or where there are none about all policies
// against the first, the largest first by Deltas, so that metrics of different units stand
// in one order. Ties stay in the order of contrast, workload and metric.
func (s *Stored) effects(fs Findings, q Spec) (out []Effect) {
	rows := fs.index()
	policies := fs.Policies()
	changes := slices.Clone(q.Contrasts)
	if len(changes) == 0 {
		for _, p := range policies[min(1, len(policies)):] {
			changes = append(changes, compare.Contrast{From: policies[0], To: p})
		}
	}
	workloads, primary := fs.Workloads(), fs.Primary()
	for i := range changes {
		c := &changes[i]
		for _, w := range workloads {
			for _, of := range primary {
				if e, ok := s.effect(fs, rows, c, w, of); ok {
					out = append(out, e)
				}
			}
		}
	}
	// Infinite ones first, where a metric has no delta.
	slices.SortStableFunc(out, func(a, b Effect) int { return cmp.Compare(b.Deltas, a.Deltas) })
	return out
}

// effect is a finding of one metric on one workload; false: nothing was found, whether the
// two are the same or not known. fs is what expectations are asked of, rows the same
// findings by name.
func (s *Stored) effect(fs Findings, rows *index, c *compare.Contrast, workload string, q Quantity) (Effect, bool) {
	from, has := rows.value(workload, c.From, q.Metric)
	to, ok := rows.value(workload, c.To, q.Metric)
	if !has || !ok || !c.About(workload) {
		return Effect{}, false
	}
	d := between(rows, from, to)
	if d.Sign() != Lower && d.Sign() != Higher {
		return Effect{}, false
	}
	e := Effect{Workload: workload, From: c.From, To: c.To, Name: c.Name, Quantity: q, Change: q.change(d, from), Deltas: math.Abs(d.Change.Mean) / d.delta}
	// Where nothing is too small to matter, every difference is the largest.
	if !(d.delta > 0) {
		e.Deltas = math.Inf(1)
	}
	e.Improves = q.Better != results.NeitherIsBetter && (d.Sign() == Higher) == (q.Better == results.HigherIsBetter)
	if h, ok := heldOf(s.Held, workload, Pair{c.From, c.To}, q.Metric); ok && h.Drawn > 0 {
		e.Worlds, e.Robust = strconv.Itoa(h.Holds)+" of "+strconv.Itoa(h.Drawn), h.Robust()
	}
	if what, ok := c.Expected[q.Metric]; ok && c.Expects(workload) {
		e.Expected = d.fulfils(what).String()
	}
	e.Cause = cause(rows, workload, from.policy, to.policy, q)
	return e, true
}

// change writes a difference short: of shares in points, of all else in percent of what it
// starts from, or in its unit where that is 0. The interval stands as ± where its ends are
// equally far, else as two ends: "−49 ±13 points", "+33 ±24 %".
func (q Quantity) change(d, from Finding) string {
	scale, unit := q.Scale, " points"
	switch {
	case results.IsShare(q.Metric):
	case from.Value.Finite() && from.Value.Mean != 0:
		scale, unit = 100/math.Abs(from.Value.Mean), " %"
	default:
		unit = " " + q.Unit()
	}
	v := words.Estimate{Mean: scale * d.Change.Mean, Low: scale * d.Change.Low, High: scale * d.Change.High}
	// Two digits of the mean, but none finer than one digit of half the interval, and one
	// digit at least.
	places := words.DecimalsFor(v.Mean, 2)
	if v.Interval() {
		places = min(places, words.DecimalsFor((v.High-v.Low)/2, 1))
		places = max(places, words.DecimalsFor(v.Mean, 1))
	}
	text := words.Decimal(v.Mean, places)
	if v.Mean > 0 {
		text = "+" + text
	}
	switch {
	case !v.Interval():
		return text + unit
	case v.Even():
		return text + " " + v.Spread(places) + unit
	}
	return text + unit + " " + v.Beside(places)
}
