package results

import (
	"strings"

	"cnv/results/words"
)

// A quantity is how the values of a metric are written in a sentence.
type quantity struct {
	metric      string
	name        string  // "avoidable misses"
	best        string  // what the best policy has: "fewest avoidable misses"
	head        string  // over a column of a table: "misses"
	scale       float64 // from the stored unit to the written one
	before      string  // "$"
	after       string  // " %"
	differences string  // after a difference: " percentage points"
	fewer, more string
	pronoun     string
	digits      int // significant digits of a level
	better      direction
}

// The quantities that answers are about where an experiment names no others.
var (
	missQuantity = quantity{avoidableMisses, NameOf(avoidableMisses), "fewest avoidable misses", "misses", 100, "", " %", " percentage points", "fewer", "more", "them", 2, lessIsBetter}
	costQuantity = quantity{costInSLO, NameOf(costInSLO), "lowest cost per 1,000 requests in SLO", "cost", 1, "$", "", "", "less", "more", "it", 3, lessIsBetter}
)

// quantityOf is how a metric is written: by its unit, where it has no words of
// its own.
func quantityOf(metric string) quantity {
	for _, q := range []quantity{missQuantity, costQuantity} {
		if q.metric == metric {
			return q
		}
	}
	q := quantity{metric: metric, name: NameOf(metric), scale: 1, fewer: "less", more: "more", pronoun: "it", digits: 3}
	unit, better, ok := unitOf(metric)
	if !ok {
		return q
	}
	q.better = better
	q.best = words.IfElse(q.better == moreIsBetter, "highest ", "lowest ") + strings.TrimPrefix(q.name, "the ")
	switch unit {
	case "fraction":
		q.scale, q.after, q.differences = 100, " %", " percentage points"
	case "USD":
		q.before = "$"
	case "1":
	default:
		q.after, q.differences = " "+unit, " "+unit
	}
	q.head = shortName(metric)
	return q
}

// shortName is a metric over a column: without its unit, and without what
// "response_" says of percentiles.
func shortName(metric string) string {
	for _, unit := range []string{"_per_s", "_s", "_usd"} {
		metric = strings.TrimSuffix(metric, unit)
	}
	if p, ok := strings.CutPrefix(metric, "response_"); ok {
		return p
	}
	return strings.ReplaceAll(metric, "_", " ")
}

// unit is what stands over a column of its levels: "%", "$", "s".
func (q quantity) unit() string { return strings.TrimSpace(q.before + q.after) }

// isBetter says whether a value is better than another one.
func (q quantity) isBetter(a, b float64) bool {
	if q.better == moreIsBetter {
		return a > b
	}
	return a < b
}

// level writes a mean with its interval, if there is one:
// "0.41 % (0.35 to 0.47)".
func (q quantity) level(e words.Estimate) string {
	v := words.Estimate{Mean: q.scale * e.Mean, Low: q.scale * e.Low, High: q.scale * e.High}
	if !e.Interval() || e.Low == e.High {
		return q.before + words.Decimal(v.Mean, words.DecimalsFor(v.Mean, q.digits)) + q.after
	}
	d := max(words.Places(v.Mean, v.Low, v.High), words.DecimalsFor(v.Mean, q.digits))
	return q.before + words.Decimal(v.Mean, d) + q.after + words.Bracket(v, d)
}

// size writes how large a difference is, without its sign:
// "2.1 percentage points (1.8 to 2.4)".
func (q quantity) size(e words.Estimate) string {
	if e.Mean < 0 {
		e.Mean, e.Low, e.High = -e.Mean, -e.High, -e.Low
	}
	return q.signed(e)
}

// than writes a difference in words: "2.1 percentage points (1.8 to 2.4) fewer".
func (q quantity) than(e words.Estimate) string {
	return q.size(e) + " " + words.IfElse(e.Mean > 0, q.more, q.fewer)
}

// signed writes a difference with its sign where it is negative.
func (q quantity) signed(e words.Estimate) string {
	v := words.Estimate{Mean: q.scale * e.Mean, Low: q.scale * e.Low, High: q.scale * e.High}
	d := words.DecimalsFor(v.Mean, 2)
	if e.Interval() {
		d = words.Places(v.Mean, v.Low, v.High)
	}
	text := q.before + words.Decimal(v.Mean, d)
	if rest, negative := strings.CutPrefix(words.Decimal(v.Mean, d), "−"); negative {
		text = "−" + q.before + rest
	}
	return text + q.differences + words.Bracket(v, d)
}
