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

// legend explains the columns, in at most 80 columns.
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
type printed struct {
	policies []string
	metrics  []map[string]*compare.Compared // by policy, then by name
	primary  []answer.Quantity              // whose differences are printed
	sure     bool                           // some difference has an interval
}

// tableRows finds what is printed among the rows of one workload. A policy
// may have several rows for a metric: the one against the first policy, which
// comes first, counts.
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

// A printedColumn is a column of numbers.
type printedColumn struct {
	head string
	text func(m map[string]*compare.Compared) string
}

// several says whether some class fares otherwise than all together.
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

// columns are levels, those of the primary metrics among them, and the
// differences of these.
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
		unit, scale := "% points", q.Scale
		if q.Differences != answer.MissQuantity.Differences {
			unit, scale = "%", 100/t.base(q.Metric)
		}
		out = append(out, printedColumn{stacked("Δ "+q.Head, unit), func(m map[string]*compare.Compared) string { return change(m[q.Metric], scale) }})
	}
	return out
}

// base is the first policy's mean, relative to which differences are written
// that are no points; NaN where nothing can be.
func (t *printed) base(metric string) float64 {
	if r := t.metrics[0][metric]; r != nil && r.Mean > 0 {
		return r.Mean
	}
	return math.NaN()
}

// mostHead wraps what stands over a column.
const mostHead = 12

// stacked is what a column is of, over its unit.
func stacked(head, unit string) string {
	return strings.TrimSuffix(text.WrapSoft(head, mostHead)+"\n"+unit, "\n")
}

// Names are wrapped, more so where the table is wider than 80 columns; one that is wider
// still is drawn in parts, below each other.
const (
	mostTableWidth     = 80
	maxPolicyWidth     = 24
	maxPolicyWidthWide = 12
)

// render draws the table: narrower where it is wide, and in parts, differences below
// levels, where that is not enough.
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

// drawnAs is how wide lines of names are, and how far apart columns.
type drawnAs struct{ name, gap int }

var narrowest = drawnAs{maxPolicyWidthWide, 1}

// wide says whether some line has more columns than a terminal.
func wide(drawn string) bool {
	return slices.ContainsFunc(strings.Split(drawn, "\n"), func(line string) bool { return text.StringWidthWithoutEscSequences(line) > mostTableWidth })
}

// wrapName breaks a name into lines of at most so many columns, behind spaces and = only:
// a piece that is longer has a longer line.
func wrapName(name string, most int) string {
	var lines []string
	line := ""
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

// plainStyle has no lines but one under the header.
func plainStyle() table.Style {
	s := table.StyleLight
	s.Format.Header = text.FormatDefault
	s.Options = table.Options{SeparateHeader: true}
	s.Box.PaddingLeft, s.Box.PaddingRight = "", "  "
	return s
}

// level is a mean with three significant digits.
func level(r *compare.Compared) string { return scaled(r, 1) }

// scaled is the same in another unit.
func scaled(r *compare.Compared, scale float64) string {
	if r == nil {
		return ""
	}
	return words.Significant(scale*r.Mean, 3)
}

// fixed is a mean, not negative, with so many decimals. What is too small for
// them is not written as 0.
func fixed(r *compare.Compared, scale float64, decimals int) string {
	if r == nil {
		return ""
	}
	switch v, least := r.Mean*scale, math.Pow10(-decimals); {
	case v == 0 || math.IsNaN(v) || math.IsInf(v, 0):
		return words.Significant(v, 3)
	case v < least/2:
		return "<" + strconv.FormatFloat(least, 'f', decimals, 64)
	default:
		return strconv.FormatFloat(v, 'f', decimals, 64)
	}
}

// change is a difference with its interval (see words.Estimate.Spread); one that is not
// known is in brackets, and ≈ stands before one that is the same within delta. It has as
// many decimals as two digits of half the interval need, but no more than two, or than make
// three digits of the difference.
func change(r *compare.Compared, scale float64) string {
	if r == nil || r.Against == "" {
		return ""
	}
	diff, half := r.Diff*scale, (r.JointHigh-r.JointLow)/2*math.Abs(scale)
	switch {
	case math.IsNaN(diff), r.Verdict == compare.NotRanked:
		return "– "
	case r.Verdict == compare.Equal:
		return "= "
	case diff == 0 && math.IsNaN(half):
		return "0 "
	case unbounded(r): // beside others that have an interval
		return "(" + signed(words.Significant(diff, 3)) + ")"
	case math.IsInf(diff, 0), math.IsNaN(half):
		return signed(words.Significant(diff, 3)) + " "
	}
	d := min(words.Decimals(diff, 3), 2)
	if half > 0 {
		d = min(d, words.Decimals(half, 2))
	}
	if r.Verdict != compare.NotKnown {
		d = max(d, words.Decimals(diff, 1)) // what is not 0 is not written as 0
	}
	s := signed(strconv.FormatFloat(diff, 'f', d, 64))
	if diff == 0 {
		s = "0"
	}
	is := words.Estimate{Mean: diff, Low: min(scale*r.JointLow, scale*r.JointHigh), High: max(scale*r.JointLow, scale*r.JointHigh)}
	switch {
	case r.Verdict == compare.NotKnown && is.Even():
		return "(" + s + " " + is.Spread(d) + ")"
	case r.Verdict == compare.NotKnown:
		return "(" + s + "; " + is.Spread(d) + ")"
	case r.Verdict == compare.Same:
		s = "≈" + s
	}
	return s + " " + is.Beside(d) + words.IfElse(is.Even(), " ", "") // where others have a bracket
}

// unbounded says whether a difference over several runs has no interval.
func unbounded(r *compare.Compared) bool {
	return math.IsNaN(r.JointHigh-r.JointLow) && !math.IsNaN(r.Diff) && !math.IsInf(r.Diff, 0) && r.Diff != 0 && r.N > 1 &&
		r.Verdict != compare.Equal && r.Verdict != compare.NotRanked
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

// signed writes a number with its sign, a real minus; 0, of whatever decimals, has none.
func signed(s string) string {
	if strings.Trim(s, "-0.") == "" {
		return "0"
	}
	if minus, ok := strings.CutPrefix(s, "-"); ok {
		return "−" + minus
	}
	return "+" + s
}
