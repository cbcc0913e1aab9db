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

// A tableView is one table of the report.
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

// A cellView is one number: how it is written, what it is sorted by, and for
// differences whether it is "better" or "worse".
type cellView struct {
	Text, Small, Sort, Verdict string
	Words                      bool // it is a text, which may take several lines
}

// A reportColumn is a column of the report's comparison.
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

// levelColumns are what a reader needs to choose.
var levelColumns = []reportColumn{
	{head: "In SLO", unit: "% of requests", metric: results.MetricInSLO, scale: 100, digits: 4, places: 2},
	{head: "Avoidable misses", unit: "% of requests", metric: results.AvoidableMisses, scale: 100, digits: 2, places: 2},
	{head: "Median response", unit: "s", metric: results.MetricMedian, scale: 1, digits: 2, places: 3, interval: true},
	{head: "99th percentile", unit: "s", metric: results.MetricP99, scale: 1, digits: 2, places: 3, interval: true},
	{head: "Cost per 1,000 in SLO", unit: "US$", metric: results.CostInSLO, scale: 1, digits: 3, places: 4},
	{head: "VMs", unit: "mean", metric: results.MetricVMs, scale: 1, digits: 2, places: 1},
	{head: "On functions", unit: "% of answers", metric: results.MetricFunction, scale: 100, digits: 2, places: 1},
}

// reasonColumns are what explains the others: all of them exploratory.
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

// predictionTable is how good predictions of work were.
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
	left := slices.Clone(primary)
	for _, c := range levelColumns {
		i := slices.IndexFunc(left, func(q answer.Quantity) bool { return q.Metric == c.metric })
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

// changeColumn is the difference of a primary metric.
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

// predictionTables are those of predictions, of workloads where any policy looks at
// them.
func predictionTables(fs answer.Findings) []tableView {
	return slices.DeleteFunc(tablesOf(fs, predictionTable), func(t tableView) bool { return len(t.Head) == 1 })
}

// tablesOf are tables by workload, whose headings say what intervals are about.
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
		values[i] = words.NoEstimate()
		if ok {
			values[i] = words.Estimate{Mean: c.scale * f.Value.Mean, Low: c.scale * f.Value.Low, High: c.scale * f.Value.High}
		}
	}
	return c.written(values)
}

// written are cells of values, with as many decimals each.
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

// small is an interval below its value. Where one of its ends, or half of it, is too small
// for these decimals, it has as many as show one digit.
func small(e words.Estimate, places int) string {
	if e.Even() {
		return e.Spread(max(places, words.DecimalsFor((e.High-e.Low)/2, 1)))
	}
	return ends(e.Low, e.High, places)
}

// ends is an interval where the value does not stand above it.
func ends(low, high float64, places int) string {
	return cellText(low, places) + " to " + cellText(high, places)
}

// changeCell writes the difference of a policy to the first one.
func (c reportColumn) changeCell(at *answer.Index, workload, first, policy string) cellView {
	if policy == first {
		return cellView{Text: "–", Sort: "0"}
	}
	f, _ := at.Change(workload, first, policy, c.metric)
	mean, low, high := c.scale*f.Change.Mean, c.scale*f.Change.Low, c.scale*f.Change.High
	d := words.Places(mean, low, high)
	cell := cellView{Text: cellText(mean, d), Sort: sortKey(mean)}
	if f.Change.Interval() {
		cell.Small = ends(low, high, d)
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

// cellText writes v with the given decimals; what is not 0 but would be
// written so says how small it is.
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

// ledgerTables are the mean costs per run, one column per line of the ledger
// that is not 0 everywhere.
func ledgerTables(fs answer.Findings) []tableView {
	lines := ledgerLines(fs)
	if len(lines) == 0 {
		return nil
	}
	var columns []reportColumn
	for _, metric := range lines {
		columns = append(columns, reportColumn{head: ledgerName(metric), unit: "US$", metric: metric, scale: 1, digits: 3, places: 3})
	}
	return tablesOf(fs, columns)
}

// ledgerLines are the metrics cost_..._usd, the total first, that are not 0
// for every policy and workload.
func ledgerLines(fs answer.Findings) []string {
	used := answer.Findings{}
	for _, f := range fs {
		name := f.Metric
		if strings.HasPrefix(name, "cost_") && strings.HasSuffix(name, "usd") && !strings.HasPrefix(name, "cost_per_") && f.Value.Mean != 0 {
			used = append(used, f)
		}
	}
	return answer.Distinct(used, func(f answer.Finding) string { return f.Metric })
}

// ledgerName is cost_function_time_usd in words: "Function time".
func ledgerName(metric string) string {
	name := strings.TrimSuffix(strings.TrimPrefix(metric, "cost_"), "usd")
	switch name = strings.ReplaceAll(strings.Trim(name, "_"), "_", " "); name {
	case "":
		return "Total"
	case "ebs":
		return "EBS"
	case "ipv4":
		return "IPv4"
	}
	return words.Capital(name)
}
