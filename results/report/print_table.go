package report

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"cnv/results"
	"cnv/results/answer"
	"cnv/results/compare"
	"cnv/results/stat"
	"cnv/results/words"
)

// legend explains the columns, in lines of at most 80 characters, once below all tables.
// What no table has is not explained. "" without tables.
func legend(all []printed) string {
	if len(all) == 0 {
		return ""
	}
	any := func(is func(t printed) bool) bool { return slices.ContainsFunc(all, is) }
	text := "misses: late or no answer, of all arrivals, where an idle worker is in time\n" +
		"p50, p99: response time of all arrivals; ∞ where too few had an answer\n"
	if any(func(t printed) bool { return t.spills() }) {
		text += "on fn: share of the answers that functions gave\n"
	}
	if any(func(t printed) bool { return t.several() }) {
		text += "worst class: share of its arrivals that were answered within the SLO\n"
	}
	// The first policy is the same in all tables.
	t := &all[0]
	if len(t.policies) < 2 {
		return text
	}
	if !any(func(t printed) bool { return t.sure }) {
		return text + "Δ: difference from " + t.policies[0] + ", without an interval; all without a Δ is exploratory\n"
	}
	text += "Δ: difference from " + t.policies[0] + ", over pairs of runs of the same seed; beside it its\n" +
		"   interval: ± half of it, or both ends where one is further off;\n" +
		"   (all in brackets): not known; ≈: same within delta; else better or worse\n"
	if any(func(t printed) bool { return t.unbounded() }) {
		text += "   in brackets without an interval: too few runs for one\n"
	}
	if n, ok := equalRuns(all); ok {
		text += "   =: equal in every run"
		if share, ok := compare.Missed(n, stat.OverSeeds); ok {
			text += "; what differs in " + words.Decimal(100*share, 0) + " of 100 runs, " + strconv.Itoa(n) + " may miss"
		}
		text += "\n"
	}
	return text + "   intervals hold together with 95 %, of all pairs of policies, workloads and\n" +
		"   metrics with a Δ; all without a Δ is exploratory\n"
}

// A printed table: the metrics of each policy of one workload.
//
// Invariant: metrics has one map for each policy. A metric that a policy lacks has no
// entry, and an empty cell.
type printed struct {
	policies []string
	metrics  []map[string]*compare.Compared // by policy, then by name
	primary  []answer.Quantity              // whose differences are printed
	sure     bool                           // some difference has an interval, which the legend explains only then
}

// tableRows finds what is printed among the rows of one workload, in order of appearance. A
// policy may have several rows for a metric: the one against the first policy, which comes
// first, counts.
func tableRows(rows []compare.Compared) printed {
	t := printed{primary: answer.FindingsOf(rows, nil).Primary()}
	for i := range rows {
		r := &rows[i]
		t.sure = t.sure || !math.IsNaN(r.JointLow)
		p := slices.Index(t.policies, r.Policy)
		if p < 0 {
			p = len(t.policies)
			t.policies, t.metrics = append(t.policies, r.Policy), append(t.metrics, map[string]*compare.Compared{})
		}
		if t.metrics[p][r.Metric] == nil {
			t.metrics[p][r.Metric] = r
		}
	}
	return t
}

// shown are the metrics that every table has; columns adds the primary ones.
var shown = []string{results.AvoidableMisses, results.MetricMedian, results.MetricP99, results.CostInSLO, results.MetricVMs, results.MetricFunction, results.MetricWorst}

// about says what the intervals are over, of the metrics that are printed.
func (t *printed) about(rows []compare.Compared) string {
	all := slices.DeleteFunc(slices.Clone(rows), func(r compare.Compared) bool { return !r.Primary && !slices.Contains(shown, r.Metric) })
	return answer.FindingsOf(all, nil).About(rows[0].Workload)
}

// A printedColumn is a column of numbers. Its head may have several lines; text is "" where
// there is no value.
type printedColumn struct {
	head string
	text func(m map[string]*compare.Compared) string
}

// several says whether some class fares otherwise than all together. Of a single class the
// worst one is all requests.
func (t *printed) several() bool {
	return slices.ContainsFunc(t.metrics, func(m map[string]*compare.Compared) bool {
		worst, all := m[results.MetricWorst], m[results.MetricInSLO]
		return worst != nil && all != nil && math.Abs(worst.Mean-all.Mean) > 0 // not where neither is known
	})
}

// spills says whether functions gave any answer, or the question is about them.
func (t *printed) spills() bool {
	return slices.ContainsFunc(t.primary, func(q answer.Quantity) bool { return q.Metric == results.MetricFunction }) ||
		slices.ContainsFunc(t.metrics, func(m map[string]*compare.Compared) bool {
			return m[results.MetricFunction] != nil && m[results.MetricFunction].Mean > 0
		})
}

// equalRuns is the least number of runs that are samples in which some difference was equal
// in every one; 0 where all that are equal are no samples. ok says whether any is equal.
func equalRuns(all []printed) (n int, ok bool) {
	for _, t := range all {
		for _, m := range t.metrics {
			for _, q := range t.primary {
				if r := m[q.Metric]; r != nil && r.Against != "" && r.Verdict == compare.Equal {
					ok = true
					if _, sampled := compare.Missed(r.N, r.Over); sampled && (n == 0 || r.N < n) {
						n = r.N
					}
				}
			}
		}
	}
	return n, ok
}

// columns are levels, those of the primary metrics among them, and then the differences of
// these to the first policy. Shares are in per cent, times in seconds, costs in US$.
// Columns that tell nothing in this table are left out: functions that answered nothing, a
// worst class of one.
func (t *printed) columns() []printedColumn {
	out := []printedColumn{
		{"misses\n%", func(m map[string]*compare.Compared) string { return fixed(m[results.AvoidableMisses], 100, 2) }},
		{"p50\ns", func(m map[string]*compare.Compared) string { return level(m[results.MetricMedian]) }},
		{"p99\ns", func(m map[string]*compare.Compared) string { return level(m[results.MetricP99]) }},
		{"$/1000\nin SLO", func(m map[string]*compare.Compared) string { return level(m[results.CostInSLO]) }},
		{"VMs\n(mean)", func(m map[string]*compare.Compared) string { return fixed(m[results.MetricVMs], 1, 1) }},
	}
	if t.spills() {
		out = append(out, printedColumn{"on fn\n%", func(m map[string]*compare.Compared) string { return fixed(m[results.MetricFunction], 100, 1) }})
	}
	// What is asked is shown even where it tells nothing.
	worst := slices.ContainsFunc(t.primary, func(q answer.Quantity) bool { return q.Metric == results.MetricWorst })
	if t.several() || worst {
		out = append(out, printedColumn{"worst\nclass %", func(m map[string]*compare.Compared) string { return fixed(m[results.MetricWorst], 100, 1) }})
	}
	for _, q := range t.primary {
		if !slices.Contains(shown, q.Metric) {
			out = append(out, printedColumn{stacked(q.Head, q.Unit()), func(m map[string]*compare.Compared) string { return scaled(m[q.Metric], q.Scale) }})
		}
	}
	if len(t.policies) < 2 {
		return out
	}
	for _, q := range t.primary {
		// Differences of shares are in points, all others relative to the first policy's
		// mean.
		unit, scale := "% points", q.Scale
		if q.Differences != answer.MissQuantity.Differences {
			unit, scale = "%", 100/t.base(q.Metric)
		}
		out = append(out, printedColumn{stacked("Δ "+q.Head, unit), func(m map[string]*compare.Compared) string { return change(m[q.Metric], scale) }})
	}
	return out
}

// base is the first policy's mean, relative to which differences are written that are no
// points; NaN where nothing can be. A mean of 0 has no multiples.
func (t *printed) base(metric string) float64 {
	if r := t.metrics[0][metric]; r != nil && r.Mean > 0 {
		return r.Mean
	}
	return math.NaN()
}

// mostHead is how many columns of a terminal the words over a column take at most.
const mostHead = 12

// stacked is what a column is of, over its unit.
func stacked(head, unit string) string {
	return strings.TrimSuffix(text.WrapSoft(head, mostHead)+"\n"+unit, "\n")
}

// Names are wrapped, more so where the table is wider than 80 columns; one that is wider
// still is drawn in parts, below each other. In columns of a terminal, 80 of which any has.
const (
	mostTableWidth     = 80
	maxPolicyWidth     = 24
	maxPolicyWidthWide = 12
)

// render draws the table: narrower where it is wide, and in parts, differences below
// levels, where that is not enough. The tries are in the order of how well they are read:
// wide names, narrow names, then one space between columns.
func (t *printed) render() string {
	columns := t.columns()
	for _, as := range []drawnAs{{maxPolicyWidth, 2}, {maxPolicyWidthWide, 2}, narrowest} {
		if drawn := t.draw(columns, as); !wide(drawn) {
			return drawn
		}
	}
	var parts []string
	levels := slices.DeleteFunc(slices.Clone(columns), printedColumn.differs)
	for _, left := range [][]printedColumn{levels, slices.DeleteFunc(columns, func(c printedColumn) bool { return !c.differs() })} {
		for len(left) > 0 {
			// As many columns as fit, but one at least.
			n := len(left)
			for n > 1 && wide(t.draw(left[:n], narrowest)) {
				n--
			}
			parts, left = append(parts, t.draw(left[:n], narrowest)), left[n:]
		}
	}
	return strings.Join(parts, "\n\n")
}

// differs says that a column is of differences.
func (c printedColumn) differs() bool { return strings.HasPrefix(c.head, "Δ") }

// drawnAs is how wide lines of names are, and how far apart columns. Both are in columns of
// a terminal.
type drawnAs struct{ name, gap int }

var narrowest = drawnAs{maxPolicyWidthWide, 1}

// wide says whether some line has more columns than a terminal.
func wide(drawn string) bool {
	return slices.ContainsFunc(strings.Split(drawn, "\n"), func(line string) bool { return text.StringWidthWithoutEscSequences(line) > mostTableWidth })
}

// wrapName breaks a name into lines of at most so many columns, behind spaces and = only: a
// piece that is longer has a longer line. "jsq d=2 boot=30s" at 8 is "jsq d=2" over
// "boot=30s".
func wrapName(name string, most int) string {
	var lines []string
	line := ""
	// A NUL marks where a line may end behind an =.
	for _, piece := range strings.SplitAfter(strings.ReplaceAll(name, "=", "=\x00"), " ") {
		for _, part := range strings.Split(piece, "\x00") {
			if line != "" && text.StringWidth(strings.TrimRight(line+part, " ")) > most {
				lines, line = append(lines, strings.TrimRight(line, " ")), ""
			}
			line += part
		}
	}
	return strings.Join(append(lines, strings.TrimRight(line, " ")), "\n")
}

// draw draws some columns of it, in such a way.
func (t *printed) draw(columns []printedColumn, as drawnAs) string {
	w := table.NewWriter()
	style := plainStyle()
	style.Box.PaddingRight = strings.Repeat(" ", as.gap)
	w.SetStyle(style)
	w.SuppressTrailingSpaces()
	head := table.Row{"policy"}
	var aligned []table.ColumnConfig
	for i, c := range columns {
		head = append(head, c.head)
		aligned = append(aligned, table.ColumnConfig{Number: i + 2, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	w.AppendHeader(head)
	for i, name := range t.policies {
		row := table.Row{wrapName(name, as.name)}
		for _, c := range columns {
			row = append(row, c.text(t.metrics[i]))
		}
		w.AppendRow(row)
	}
	w.SetColumnConfigs(aligned)
	return w.Render()
}

// plainStyle has no lines but one under the header. Headings stay in the letters they are
// written in: go-pretty would make capitals of them.
func plainStyle() table.Style {
	s := table.StyleLight
	s.Format.Header = text.FormatDefault
	s.Options = table.Options{SeparateHeader: true}
	s.Box.PaddingLeft, s.Box.PaddingRight = "", "  "
	return s
}

// unbounded says whether some difference of the table is.
func (t *printed) unbounded() bool {
	return slices.ContainsFunc(t.metrics, func(m map[string]*compare.Compared) bool {
		return slices.ContainsFunc(t.primary, func(q answer.Quantity) bool {
			r := m[q.Metric]
			return r != nil && r.Against != "" && unbounded(r)
		})
	})
}
