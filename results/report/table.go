package report

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"cnv/results"
	"cnv/results/answer"
	"cnv/results/compare"
	"cnv/results/words"
)

// A tableView is one table of the report. The page writes the head, then a row per policy.
// Why and Worlds have other things in the first column, as findings.
//
// Invariant: every row has a cell for each of Head but the first.
type tableView struct {
	Workload string
	About    string // what its intervals are about
	Head     []headView
	Rows     []rowView
}

type headView struct{ Text, Unit string }

type rowView struct {
	Policy string
	Cells  []cellView
}

// A cellView is one number: how it is written, what it is sorted by, and for differences
// whether it is "better" or "worse". Small stands below it in small print, an interval or
// what it is of. Sort is a number as JavaScript reads it; "" of what is not known, or of
// texts.
type cellView struct {
	Text, Small, Sort, Verdict string
	Words                      bool // it is a text, which may take several lines
}

// A reportColumn is a column of the report's comparison. Its values are scale times those
// of comparison.csv. In all rows of a table they have the same number of decimals, so that
// numbers can be compared by their length.
type reportColumn struct {
	head, unit string
	metric     string
	scale      float64
	digits     int  // significant digits that the smallest mean shows,
	places     int  // with at most so many decimals
	interval   bool // written under the mean
	change     bool // the difference to the first policy instead of the mean
	better     results.Direction
}

// levelColumns are what a reader needs to choose. Response times have their intervals
// always, all else where it is a primary metric (see decidingColumns).
var levelColumns = []reportColumn{
	{head: "In SLO", unit: "% of requests", metric: results.MetricInSLO, scale: 100, digits: 4, places: 2},
	{head: "Avoidable misses", unit: "% of requests", metric: results.AvoidableMisses, scale: 100, digits: 2, places: 2},
	{head: "Median response", unit: "s", metric: results.MetricMedian, scale: 1, digits: 2, places: 3, interval: true},
	{head: "99th percentile", unit: "s", metric: results.MetricP99, scale: 1, digits: 2, places: 3, interval: true},
	{head: "Cost per 1,000 in SLO", unit: "US$", metric: results.CostInSLO, scale: 1, digits: 3, places: 4},
	{head: "VMs", unit: "mean", metric: results.MetricVMs, scale: 1, digits: 2, places: 1},
	{head: "On functions", unit: "% of answers", metric: results.MetricFunction, scale: 100, digits: 2, places: 1},
}

// reasonColumns are what explains the others: all of them exploratory. Those with Greek
// letters are of the elasticity of a pool of VMs (Herbst et al. 2016, arXiv:1604.03470,
// section 3).
var reasonColumns = []reportColumn{
	{head: "Worst class", unit: "% of its requests in SLO", metric: results.MetricWorst, scale: 100, digits: 3, places: 1},
	{head: "Slowdown", unit: "mean", metric: "slowdown_mean", scale: 1, digits: 3, places: 2},
	{head: "Slowdown", unit: "99th percentile", metric: "slowdown_p99", scale: 1, digits: 3, places: 2},
	{head: "After a cold start", unit: "% of answers", metric: "cold_share", scale: 100, digits: 2, places: 2},
	{head: "Adaptations", unit: "of a pool's size", metric: "adaptations", scale: 1, digits: 2, places: 1},
	{head: "Lacking", unit: "θ_U, % of demand", metric: "theta_under", scale: 100, digits: 2, places: 1},
	{head: "Spare", unit: "θ_O, % of demand", metric: "theta_over", scale: 100, digits: 2, places: 1},
	{head: "Time with too few", unit: "τ_U, %", metric: "tau_under", scale: 100, digits: 2, places: 1},
	{head: "Instability", unit: "υ, % of minutes", metric: "instability", scale: 100, digits: 2, places: 1},
	{head: "Deviation", unit: "σ, 0 is perfect", metric: "scaling_deviation", scale: 1, digits: 2, places: 2},
	{head: "Regret", unit: "US$ per 1,000 in SLO", metric: "regret_per_1000_usd", scale: 1, digits: 3, places: 4},
}

// predictionTable is how good predictions of work were. The estimator knows some requests
// and not others: errors and orders are of all, of these, and of the others.
var predictionTable = []reportColumn{
	{head: "Error", unit: "%, mean absolute", metric: "prediction_mape", scale: 100, digits: 2, places: 1},
	{head: "Order", unit: "Kendall's τ", metric: "prediction_tau", scale: 1, digits: 2, places: 2},
	{head: "Log error", unit: "σ", metric: "prediction_log_sigma", scale: 1, digits: 2, places: 3},
	{head: "By the estimator", unit: "% of predictions", metric: "prediction_known_share", scale: 100, digits: 2, places: 1},
	{head: "Error of these", unit: "%", metric: "prediction_known_mape", scale: 100, digits: 2, places: 1},
	{head: "Order of these", unit: "τ", metric: "prediction_known_tau", scale: 1, digits: 2, places: 2},
	{head: "Error of others", unit: "%", metric: "prediction_unknown_mape", scale: 100, digits: 2, places: 1},
	{head: "Order of others", unit: "τ", metric: "prediction_unknown_tau", scale: 1, digits: 2, places: 2},
	{head: "In the cache", unit: "% of requests with a key", metric: "lru_hit_ratio", scale: 100, digits: 2, places: 1},
}

// decidingColumns are the levels, each primary metric with its interval and
// followed by its difference; those that are no level of their own come last.
func decidingColumns(primary []answer.Quantity) []reportColumn {
	var out []reportColumn
	// Those that have no column yet.
	left := slices.Clone(primary)
	for _, c := range levelColumns {
		i := slices.IndexFunc(left, func(q answer.Quantity) bool { return q.Metric == c.metric })
		// c is a copy: levelColumns stay as they are.
		c.interval = c.interval || i >= 0
		if out = append(out, c); i >= 0 {
			out = append(out, changeColumn(left[i]))
			left = slices.Delete(left, i, i+1)
		}
	}
	for _, q := range left {
		out = append(out, reportColumn{head: words.Capital(strings.TrimPrefix(q.Name, "the ")), unit: q.Unit(), metric: q.Metric, scale: q.Scale, digits: 3, places: 4, interval: true}, changeColumn(q))
	}
	return out
}

// changeColumn is the difference of a primary metric. Its unit says to what: "points, to
// the first", "%, to the first", "US$, to the first".
func changeColumn(q answer.Quantity) reportColumn {
	unit := strings.TrimSpace(q.Before + q.Differences)
	switch q.Before + q.Differences {
	case answer.MissQuantity.Differences:
		unit = "points"
	case "$":
		unit = "US$"
	}
	return reportColumn{head: "Difference", unit: strings.TrimPrefix(unit+", to the first", ", "), metric: q.Metric, scale: q.Scale, change: true, better: q.Better}
}

// comparisonTables are the tables of all workloads that decide.
func comparisonTables(fs answer.Findings) []tableView {
	return tablesOf(fs, decidingColumns(fs.Primary()))
}

// reasonTables are those that explain.
func reasonTables(fs answer.Findings) []tableView { return tablesOf(fs, reasonColumns) }

// predictionTables are those of predictions, of workloads where any policy looks at them. A
// table of names alone is one of a workload without predictions.
func predictionTables(fs answer.Findings) []tableView {
	return slices.DeleteFunc(tablesOf(fs, predictionTable), func(t tableView) bool { return len(t.Head) == 1 })
}

// tablesOf are tables by workload, whose headings say what intervals are about. A column is
// left out where no policy has a value on the workload, and one of differences where there
// is but one policy.
func tablesOf(fs answer.Findings, columns []reportColumn) []tableView {
	var out []tableView
	policies, at := fs.Policies(), fs.Index()
	for _, w := range fs.Workloads() {
		t := tableView{Workload: w, About: fs.About(w), Head: []headView{{"Policy", ""}}, Rows: rowsFor(policies)}
		for _, c := range columns {
			if c.change && len(policies) < 2 || !fs.Has(w, c.metric) {
				continue
			}
			t.Head = append(t.Head, headView{c.head, c.unit})
			for i, cell := range c.cells(at, w, policies) {
				t.Rows[i].Cells = append(t.Rows[i].Cells, cell)
			}
		}
		out = append(out, t)
	}
	return out
}

// rowsFor is a row without cells for each policy.
func rowsFor(policies []string) []rowView {
	rows := make([]rowView, len(policies))
	for i, p := range policies {
		rows[i].Policy = p
	}
	return rows
}

// cells are the cells of c, by policy.
func (c reportColumn) cells(at *answer.Index, workload string, policies []string) []cellView {
	out := make([]cellView, len(policies))
	if c.change {
		for i, p := range policies {
			out[i] = c.changeCell(at, workload, policies[0], p)
		}
		return out
	}
	values := make([]words.Estimate, len(policies))
	for i, p := range policies {
		f, ok := at.Value(workload, p, c.metric)
		// Written as "n/a".
		values[i] = words.NoEstimate()
		if ok {
			values[i] = words.Estimate{Mean: c.scale * f.Value.Mean, Low: c.scale * f.Value.Low, High: c.scale * f.Value.High}
		}
	}
	return c.written(values)
}

// written are cells of values, with as many decimals each. An interval of no length, as of
// what is 0 in all runs, is not written.
func (c reportColumn) written(values []words.Estimate) []cellView {
	out, d := make([]cellView, len(values)), c.decimals(values)
	for i, v := range values {
		out[i] = cellView{Text: cellText(v.Mean, d), Sort: sortKey(v.Mean)}
		if c.interval && v.Interval() && v.Low < v.High {
			out[i].Small = small(v, d)
		}
	}
	return out
}

// small is an interval below its value; "±<0.1" where both ends are written alike. Where one of its ends, or half of it, is too small
// for these decimals, it has as many as show one digit.
func small(e words.Estimate, places int) string {
	if e.Even() {
		return e.Spread(max(places, words.DecimalsFor((e.High-e.Low)/2, 1)))
	}
	if cellText(e.Low, places) == cellText(e.High, places) {
		return "±<" + words.Decimal(math.Pow10(-places), places)
	}
	return ends(e.Low, e.High, places)
}

// ends is an interval where the value does not stand above it.
func ends(low, high float64, places int) string {
	return cellText(low, places) + " to " + cellText(high, places)
}

// changeCell writes the difference of a policy to the first one, with its own number of
// decimals. One that is better or worse is a number with ± or both ends below it, green or
// red; of all others the verdict stands in place of the number and the interval below it. A
// difference of single runs is the number, with "no interval" below it.
func (c reportColumn) changeCell(at *answer.Index, workload, first, policy string) cellView {
	if policy == first {
		return cellView{Text: "–", Sort: "0"}
	}
	// Without such a row its sign is Unknown.
	f, _ := at.Change(workload, first, policy, c.metric)
	mean, low, high := c.scale*f.Change.Mean, c.scale*f.Change.Low, c.scale*f.Change.High
	d := words.Places(mean, low, high)
	// Also where the text becomes a verdict, rows are sorted by the number.
	cell := cellView{Text: cellText(mean, d), Sort: sortKey(mean)}
	if f.Change.Interval() {
		// Below a verdict; what counts is how far it reaches.
		cell.Small = ends(low, high, words.DecimalsFor(max(math.Abs(low), math.Abs(high)), 2))
	}
	switch f.Sign() {
	case answer.Unknown:
		return cellView{Text: "n/a", Sort: ""}
	case answer.NotRanked:
		return cellView{Text: compare.NotRanked, Sort: ""}
	case answer.NotKnown:
		cell.Text = compare.NotKnown
		if f.TooFew() {
			cell.Small = f.Lacks()
		}
	case answer.Same:
		cell.Text = compare.Same
	case answer.Equal:
		cell.Text = compare.Equal
	case answer.Lower, answer.Higher:
		cell.Small = small(words.Estimate{Mean: mean, Low: low, High: high}, d)
		switch {
		// It has the number and the interval, without a colour.
		case c.better == results.NeitherIsBetter:
		case (f.Sign() == answer.Higher) == (c.better == results.HigherIsBetter):
			cell.Verdict = "better"
		default:
			cell.Verdict = "worse"
		}
	case answer.Single:
		cell.Small = "no interval"
	}
	return cell
}

// decimals is how many decimals show every mean with the digits of c, but no
// more than its places.
func (c reportColumn) decimals(values []words.Estimate) int {
	d := 0
	for _, v := range values {
		d = max(d, words.DecimalsFor(v.Mean, c.digits))
	}
	return min(d, c.places)
}

// cellText writes v with the given decimals; what is not 0 but would be written so says how
// small it is. "< 0.01", "> −0.01"; infinite: "∞"; NaN: "n/a".
func cellText(v float64, places int) string {
	switch {
	case math.IsNaN(v):
		return "n/a"
	case math.IsInf(v, 0):
		return words.Decimal(v, 0)
	}
	least := math.Pow10(-places)
	if v != 0 && math.Abs(v) < least/2 {
		return words.IfElse(v < 0, "> −", "< ") + words.Decimal(least, places)
	}
	return words.Decimal(v, places)
}

// sortDigits is how many digits tell apart what is sorted.
const sortDigits = 8

// sortKey writes v as JavaScript reads it; NaN is empty.
func sortKey(v float64) string {
	switch {
	case math.IsNaN(v):
		return ""
	case math.IsInf(v, 1):
		return "Infinity"
	case math.IsInf(v, -1):
		return "-Infinity"
	}
	return strconv.FormatFloat(v, 'g', sortDigits, 64)
}
