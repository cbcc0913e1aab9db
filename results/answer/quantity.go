package answer

import (
	"strings"

	"cnv/results"
	"cnv/results/words"
)

// A Quantity is how the values of a metric are written in a sentence. It is made by
// [QuantityOf]; copies may be changed, to write one value otherwise.
type Quantity struct {
	Metric      string
	Name        string  // "avoidable misses"
	best        string  // what the best policy has: "fewest avoidable misses"
	Head        string  // over a column of a table: "misses"
	Scale       float64 // from the stored unit to the written one
	Before      string  // "$"
	after       string  // " %"
	Differences string  // after a difference: " percentage points"
	fewer, more string  // behind a difference: "fewer" and "more" of what is counted, else "less" and "more"
	pronoun     string  // "them" or "it", for a name that was just said
	digits      int     // significant digits of a level
	Better      results.Direction
}

// The quantities that answers are about where an experiment names no others. They have
// words that the name of a column does not give: "fewer" misses, but "less" cost.
var (
	MissQuantity = Quantity{results.AvoidableMisses, results.NameOf(results.AvoidableMisses), "fewest avoidable misses", "misses", 100, "", " %", " percentage points", "fewer", "more", "them", 2, results.LowerIsBetter}
	costQuantity = Quantity{results.CostInSLO, results.NameOf(results.CostInSLO), "lowest cost per 1,000 requests in SLO", "cost", 1, "$", "", "", "less", "more", "it", 3, results.LowerIsBetter}
)

// QuantityOf is how a metric is written: by its unit, where it has no words of its own. A
// name that is no column of runs.csv has no unit, and neither end of it is better.
func QuantityOf(metric string) Quantity {
	for _, q := range []Quantity{MissQuantity, costQuantity} {
		if q.Metric == metric {
			return q
		}
	}
	q := Quantity{Metric: metric, Name: results.NameOf(metric), Scale: 1, fewer: "less", more: "more", pronoun: "it", digits: 3}
	unit, better, ok := results.UnitOf(metric)
	if !ok {
		return q
	}
	q.Better = better
	q.best = words.IfElse(q.Better == results.HigherIsBetter, "highest ", "lowest ") + strings.TrimPrefix(q.Name, "the ")
	switch unit {
	case "fraction":
		q.Scale, q.after, q.Differences = 100, " %", " percentage points"
	case "USD":
		q.Before = "$"
	case "1":
	default:
		q.after, q.Differences = " "+unit, " "+unit
	}
	q.Head = shortName(metric)
	return q
}

// shortName is a metric over a column: without its unit, and without what "response_" says
// of percentiles: "p99" of response_p99_s, "utilisation".
func shortName(metric string) string {
	for _, unit := range []string{"_per_s", "_s", "_h", "_usd"} {
		metric = strings.TrimSuffix(metric, unit)
	}
	if p, ok := strings.CutPrefix(metric, "response_"); ok {
		return p
	}
	return strings.ReplaceAll(metric, "_", " ")
}

// Unit is what stands over a column of its levels: "%", "$", "s".
func (q Quantity) Unit() string { return strings.TrimSpace(q.Before + q.after) }

// be is what its name has for a verb: "misses are", "the cost is".
func (q Quantity) be() string { return words.IfElse(q.pronoun == "them", "are", "is") }

// isBetter says whether a value is better than another one. Where neither end is better it
// takes the lower for it, so such quantities must not be asked. NaN is never better.
func (q Quantity) isBetter(a, b float64) bool {
	if q.Better == results.HigherIsBetter {
		return a > b
	}
	return a < b
}

// level writes a mean with its interval, if there is one: "0.41 % (0.35 to 0.47)". The
// interval decides how many digits are written, but no fewer than the quantity has. e is in
// the metric's unit.
func (q Quantity) level(e words.Estimate) string {
	v := words.Estimate{Mean: q.Scale * e.Mean, Low: q.Scale * e.Low, High: q.Scale * e.High}
	if !e.Interval() || e.Low == e.High {
		return q.written(v.Mean, words.DecimalsFor(v.Mean, q.digits)) + q.after
	}
	d := max(words.Places(v.Mean, v.Low, v.High), words.DecimalsFor(v.Mean, q.digits))
	return q.written(v.Mean, d) + q.after + words.Bracket(v, d)
}

// written is a number with its sign before what stands before it: "−$0.1". v is scaled
// already.
func (q Quantity) written(v float64, places int) string {
	text := words.Decimal(v, places)
	if rest, negative := strings.CutPrefix(text, "−"); negative {
		return "−" + q.Before + rest
	}
	return q.Before + text
}

// size writes how large a difference is, without its sign: "2.1 percentage points (1.8 to
// 2.4)". An interval that holds 0 keeps one negative end: "1.0 percentage points (−1.0 to
// 3.0)".
func (q Quantity) size(e words.Estimate) string {
	if e.Mean < 0 {
		e.Mean, e.Low, e.High = -e.Mean, -e.High, -e.Low
	}
	return q.signed(e)
}

// than writes a difference in words: "2.1 percentage points (1.8 to 2.4) fewer".
func (q Quantity) than(e words.Estimate) string {
	return q.size(e) + " " + words.IfElse(e.Mean > 0, q.more, q.fewer)
}

// signed writes a difference with its sign where it is negative: "−0.20 percentage points
// (−0.50 to 0.10)".
func (q Quantity) signed(e words.Estimate) string {
	v := words.Estimate{Mean: q.Scale * e.Mean, Low: q.Scale * e.Low, High: q.Scale * e.High}
	d := words.DecimalsFor(v.Mean, 2)
	if e.Interval() {
		d = words.Places(v.Mean, v.Low, v.High)
	}
	return q.written(v.Mean, d) + q.Differences + words.Bracket(v, d)
}
