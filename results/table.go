package results

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// printTables prints one table per workload, and what they mean.
func printTables(w io.Writer, rows []Compared) error {
	var b strings.Builder
	var all []printed
	for rows = append(slices.Clone(rows), recordings(rows)...); len(rows) > 0; {
		n := slices.IndexFunc(rows, func(r Compared) bool { return r.Workload != rows[0].Workload })
		if n < 0 {
			n = len(rows)
		}
		t := tableRows(rows[:n])
		all = append(all, t)
		fmt.Fprintf(&b, "%s   (%s)\n%s\n\n", rows[0].Workload, findingsOf(rows[:n], nil).about(rows[0].Workload), t.render())
		rows = rows[n:]
	}
	b.WriteString(legend(all))
	_, err := io.WriteString(w, b.String())
	return err
}

// legend explains the columns.
func legend(all []printed) string {
	if len(all) == 0 {
		return ""
	}
	text := "misses: late or no answer, of all arrivals, where an idle worker would have been in time\n" +
		"p50, p99: response time of all arrivals; ∞ where too few had an answer\n" +
		"on fn: share of the answers that functions gave\n"
	if slices.ContainsFunc(all, func(t printed) bool { return t.several() }) {
		text += "worst class: share of its arrivals that were answered within the SLO\n"
	}
	t := &all[0]
	if len(t.policies) < 2 {
		return text
	}
	if !slices.ContainsFunc(all, func(t printed) bool { return t.sure }) {
		return text + "Δ: difference from " + t.policies[0] + ", without an interval; all without a Δ is exploratory\n"
	}
	joint := "intervals are for 95 %"
	if n := len(t.primary); n > 1 {
		joint = "the " + itoa(n) + " intervals of a policy hold together with 95 %"
	}
	return text + "Δ: difference from " + t.policies[0] + ", mean ± half an interval over pairs of runs that met the same arrivals;\n" +
		"   in brackets where it includes 0: no difference found; all without a Δ is exploratory;\n" +
		"   " + joint + "\n"
}

// The metrics of the printed table.
const (
	metricMiss     = "miss_avoidable"
	metricCost     = "cost_per_1000_in_slo_usd"
	metricMedian   = "response_p50_s"
	metricP99      = "response_p99_s"
	metricVMs      = "vms_mean"
	metricFunction = "function_share"
	metricInSLO    = "slo_attainment"
	metricWorst    = "worst_class_attainment"
)

// A printed table: the metrics of each policy of one workload.
type printed struct {
	policies []string
	metrics  []map[string]*Compared // by policy, then by name
	primary  []quantity             // whose differences are printed
	sure     bool                   // some difference has an interval
}

// tableRows finds what is printed among the rows of one workload. A policy
// may have several rows for a metric: the one against the first policy, which
// comes first, counts.
func tableRows(rows []Compared) printed {
	t := printed{primary: findingsOf(rows, nil).primary()}
	for i := range rows {
		r := &rows[i]
		t.sure = t.sure || !math.IsNaN(r.DiffLow)
		p := slices.Index(t.policies, r.Policy)
		if p < 0 {
			p = len(t.policies)
			t.policies, t.metrics = append(t.policies, r.Policy), append(t.metrics, map[string]*Compared{})
		}
		if t.metrics[p][r.Metric] == nil {
			t.metrics[p][r.Metric] = r
		}
	}
	return t
}

// A printedColumn is a column of numbers.
type printedColumn struct {
	head string
	text func(m map[string]*Compared) string
}

// several says whether some class fares otherwise than all together.
func (t *printed) several() bool {
	return slices.ContainsFunc(t.metrics, func(m map[string]*Compared) bool {
		worst, all := m[metricWorst], m[metricInSLO]
		return worst != nil && all != nil && worst.Mean != all.Mean
	})
}

// columns are levels, those of the primary metrics among them, and the
// differences of these.
func (t *printed) columns() []printedColumn {
	out := []printedColumn{
		{"misses\n%", func(m map[string]*Compared) string { return fixed(m[metricMiss], 100, 2) }},
		{"p50\ns", func(m map[string]*Compared) string { return level(m[metricMedian]) }},
		{"p99\ns", func(m map[string]*Compared) string { return level(m[metricP99]) }},
		{"$/1000\nin SLO", func(m map[string]*Compared) string { return level(m[metricCost]) }},
		{"VMs\n(mean)", func(m map[string]*Compared) string { return fixed(m[metricVMs], 1, 1) }},
		{"on fn\n%", func(m map[string]*Compared) string { return fixed(m[metricFunction], 100, 1) }},
	}
	worst := slices.ContainsFunc(t.primary, func(q quantity) bool { return q.metric == metricWorst })
	if t.several() || worst {
		out = append(out, printedColumn{"worst\nclass %", func(m map[string]*Compared) string { return fixed(m[metricWorst], 100, 1) }})
	}
	for _, q := range t.primary {
		if !slices.Contains([]string{metricMiss, metricMedian, metricP99, metricCost, metricVMs, metricFunction, metricWorst}, q.metric) {
			out = append(out, printedColumn{stacked(q.head, q.unit()), func(m map[string]*Compared) string { return scaled(m[q.metric], q.scale) }})
		}
	}
	if len(t.policies) < 2 {
		return out
	}
	for _, q := range t.primary {
		unit, scale := "% points", q.scale
		if q.differences != missQuantity.differences {
			unit, scale = "%", 100/t.base(q.metric)
		}
		out = append(out, printedColumn{stacked("Δ "+q.head, unit), func(m map[string]*Compared) string { return change(m[q.metric], scale) }})
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

// maxPolicyWidth wraps names so that a table fits 100 columns.
const maxPolicyWidth = 24

// render draws the table.
func (t *printed) render() string {
	w := table.NewWriter()
	w.SetStyle(plainStyle())
	w.SuppressTrailingSpaces()
	columns := t.columns()
	head := table.Row{"policy"}
	aligned := []table.ColumnConfig{{Number: 1, WidthMax: maxPolicyWidth, WidthMaxEnforcer: text.WrapSoft}}
	for i, c := range columns {
		head = append(head, c.head)
		aligned = append(aligned, table.ColumnConfig{Number: i + 2, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	w.AppendHeader(head)
	for i, name := range t.policies {
		row := table.Row{name}
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
func level(r *Compared) string { return scaled(r, 1) }

// scaled is the same in another unit.
func scaled(r *Compared, scale float64) string {
	if r == nil {
		return ""
	}
	return significant(scale*r.Mean, 3)
}

// fixed is a mean, not negative, with so many decimals. What is too small for
// them is not written as 0.
func fixed(r *Compared, scale float64, decimals int) string {
	if r == nil {
		return ""
	}
	switch v, least := r.Mean*scale, math.Pow10(-decimals); {
	case v == 0 || math.IsNaN(v) || math.IsInf(v, 0):
		return significant(v, 3)
	case v < least/2:
		return "<" + strconv.FormatFloat(least, 'f', decimals, 64)
	default:
		return strconv.FormatFloat(v, 'f', decimals, 64)
	}
}

// change is a difference with half its interval; one that may be 0 is in
// brackets. It has as many decimals as two digits of the half need, but no
// more than two, or than make three digits of the difference.
func change(r *Compared, scale float64) string {
	if r == nil || r.Against == "" {
		return ""
	}
	diff, half := r.Diff*scale, (r.DiffHigh-r.DiffLow)/2*math.Abs(scale)
	switch {
	case math.IsNaN(diff):
		return "– "
	case math.IsInf(diff, 0):
		return signed(significant(diff, 3)) + " "
	case math.IsNaN(half):
		return signed(significant(diff, 3)) + " "
	case diff == 0 && half == 0:
		return "(0)"
	}
	d := min(decimals(diff, 3), 2)
	if half > 0 {
		d = min(d, decimals(half, 2))
	}
	if r.Verdict != NoDifference {
		d = max(d, decimals(diff, 1)) // what is not 0 is not written as 0
	}
	s := signed(strconv.FormatFloat(diff, 'f', d, 64)) + " ±" + strconv.FormatFloat(half, 'f', d, 64)
	if r.Verdict == NoDifference {
		return "(" + s + ")"
	}
	return s + " " // where others have a bracket
}

// signed writes a number with its sign, a real minus.
func signed(s string) string {
	if minus, ok := strings.CutPrefix(s, "-"); ok {
		return "−" + minus
	}
	return "+" + s
}

// decimals is how many decimals show n significant digits of v, from 0 to 6.
func decimals(v float64, n int) int {
	if v == 0 {
		return 0
	}
	return min(max(n-1-int(math.Floor(math.Log10(math.Abs(v)))), 0), 6)
}

// significant writes v with n significant digits, without an exponent where
// that stays short.
func significant(v float64, n int) string {
	switch {
	case math.IsNaN(v):
		return "–"
	case math.IsInf(v, 1):
		return "∞"
	case math.IsInf(v, -1):
		return "-∞"
	case v == 0:
		return "0"
	case math.Abs(v) < 1e-4, math.Abs(v) >= 1e7:
		return strconv.FormatFloat(v, 'e', n-1, 64)
	}
	return strconv.FormatFloat(v, 'f', decimals(v, n), 64)
}
