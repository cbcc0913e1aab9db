package results

import (
	"math"
	"strings"
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
	missQuantity = quantity{avoidableMisses, "avoidable misses", "fewest avoidable misses", "misses", 100, "", " %", " percentage points", "fewer", "more", "them", 2, lessIsBetter}
	costQuantity = quantity{costInSLO, "the cost per 1,000 requests in SLO", "lowest cost per 1,000 requests in SLO", "cost", 1, "$", "", "", "less", "more", "it", 3, lessIsBetter}
)

// inWords are metrics in words, where their own name is none.
var inWords = map[string]string{
	"slo_attainment":           "SLO attainment",
	"miss_unavoidable":         "unavoidable misses",
	"worst_class_attainment":   "SLO attainment of the worst class",
	"response_p50_s":           "median response time",
	"response_p90_s":           "90th percentile of response times",
	"response_p95_s":           "95th percentile of response times",
	"response_p99_s":           "99th percentile of response times",
	"response_p999_s":          "99.9th percentile of response times",
	"answered_response_mean_s": "mean response time of answers",
	"steady_response_mean_s":   "mean response time in the steady state",
	"steady_response_p99_s":    "99th percentile of response times in the steady state",
	"steady_slowdown_mean":     "mean slowdown in the steady state",
	"steady_miss_avoidable":    "avoidable misses in the steady state",
	"slowdown_mean":            "mean slowdown",
	"slowdown_p99":             "99th percentile of slowdown",
	"waiting_mean_s":           "mean waiting time",
	"cost_usd":                 "cost of a run",
	"cost_per_1000_usd":        "cost per 1,000 requests",
	"regret_per_1000_usd":      "regret per 1,000 requests in SLO",
	"function_share":           "share on functions",
	"cold_share":               "share of answers after a cold start",
	"vms_mean":                 "mean number of VMs",
	"prediction_mape":          "mean absolute error of predicted work",
	"prediction_tau":           "rank correlation of predicted and measured work",
	"prediction_log_sigma":     "spread of the log errors of predicted work",
}

// quantityOf is how a metric is written: by its unit, where it has no words of
// its own.
func quantityOf(metric string) quantity {
	for _, q := range []quantity{missQuantity, costQuantity} {
		if q.metric == metric {
			return q
		}
	}
	q := quantity{metric: metric, name: metric, scale: 1, fewer: "less", more: "more", pronoun: "it", digits: 3}
	if words, ok := inWords[metric]; ok {
		q.name = "the " + words
	}
	i := columnOf(metric)
	if i < 0 {
		return q
	}
	q.better = columns[i].better
	q.best = ifElse(q.better == moreIsBetter, "highest ", "lowest ") + strings.TrimPrefix(q.name, "the ")
	switch unit := columns[i].unit; unit {
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
	for _, unit := range []string{"_s", "_usd"} {
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
func (q quantity) level(e estimate) string {
	v := estimate{q.scale * e.mean, q.scale * e.low, q.scale * e.high}
	if !e.interval() || e.low == e.high {
		return q.before + decimal(v.mean, decimalsFor(v.mean, q.digits)) + q.after
	}
	d := max(places(v.mean, v.low, v.high), decimalsFor(v.mean, q.digits))
	return q.before + decimal(v.mean, d) + q.after + bracket(v, d)
}

// size writes how large a difference is, without its sign:
// "2.1 percentage points (1.8 to 2.4)".
func (q quantity) size(e estimate) string {
	if e.mean < 0 {
		e.mean, e.low, e.high = -e.mean, -e.high, -e.low
	}
	return q.signed(e)
}

// than writes a difference in words: "2.1 percentage points (1.8 to 2.4) fewer".
func (q quantity) than(e estimate) string {
	return q.size(e) + " " + ifElse(e.mean > 0, q.more, q.fewer)
}

// signed writes a difference with its sign where it is negative.
func (q quantity) signed(e estimate) string {
	v := estimate{q.scale * e.mean, q.scale * e.low, q.scale * e.high}
	d := decimalsFor(v.mean, 2)
	if e.interval() {
		d = places(v.mean, v.low, v.high)
	}
	text := q.before + decimal(v.mean, d)
	if rest, negative := strings.CutPrefix(decimal(v.mean, d), "−"); negative {
		text = "−" + q.before + rest
	}
	return text + q.differences + bracket(v, d)
}

// within is the smallest difference that matters, as f has it: "1 percentage point"
// of shares, "2 %" of what the policy that is compared to has.
func (fs findings) within(f finding, q quantity) string {
	if q.differences == missQuantity.differences {
		points := decimal(q.scale*f.delta, decimalsFor(q.scale*f.delta, 1))
		return points + ifElse(points == "1", " percentage point", q.differences)
	}
	base, ok := fs.value(f.workload, f.against, f.metric)
	if !ok || !base.value.finite() || base.value.mean == 0 {
		return "delta"
	}
	share := round(100*f.delta/math.Abs(base.value.mean), 2)
	return decimal(share, decimalsFor(share, 1)) + " %"
}
