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
	for len(rows) > 0 {
		n := slices.IndexFunc(rows, func(r Compared) bool { return r.Workload != rows[0].Workload })
		if n < 0 {
			n = len(rows)
		}
		t := tableRows(rows[:n])
		fmt.Fprintf(&b, "%s\n%s\n\n", heading(rows[:n]), t.render())
		if rows = rows[n:]; len(rows) == 0 {
			b.WriteString(legend(t.first()))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// heading says which workload it is and what the intervals are about.
func heading(rows []Compared) string {
	about := &rows[0]
	for i := range rows {
		if rows[i].Over != OverNothing {
			about = &rows[i]
			break
		}
	}
	return fmt.Sprintf("%s   (%s)", rows[0].Workload, about.Overlap())
}

// legend explains the columns.
func legend(first string) string {
	return "misses: late or no answer, of all arrivals, where an idle worker would have been in time\n" +
		"p50, p99: response time of all arrivals; ∞ where too few had an answer\n" +
		"on fn: share of the answers that functions gave\n" +
		"Δ: difference from " + first + ", mean ± half a 95 % interval over pairs of runs that met the same\n" +
		"   arrivals; in brackets where the interval includes 0: no difference found\n"
}

// The metrics of the printed table.
const (
	metricMiss     = "miss_avoidable"
	metricCost     = "cost_per_1000_in_slo_usd"
	metricMedian   = "response_p50_s"
	metricP99      = "response_p99_s"
	metricVMs      = "vms_mean"
	metricFunction = "function_share"
)

// A printed table: the metrics of each policy of one workload.
type printed struct {
	policies []string
	metrics  []map[string]*Compared // by policy, then by name
}

// tableRows finds what is printed among the rows of one workload. A policy
// may have several rows for a metric: the one against the first policy, which
// comes first, counts.
func tableRows(rows []Compared) printed {
	var t printed
	for i := range rows {
		r := &rows[i]
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

// first is the policy that the others are compared to.
func (t *printed) first() string { return t.policies[0] }

// maxPolicyWidth wraps names so that a table fits 100 columns.
const maxPolicyWidth = 24

// render draws the table.
func (t *printed) render() string {
	w := table.NewWriter()
	w.SetStyle(plainStyle())
	w.SuppressTrailingSpaces()
	w.AppendHeader(table.Row{"policy", "misses\n%", "p50\ns", "p99\ns", "$ per 1000\nin SLO", "VMs\n(mean)", "on fn\n%", "Δ misses\n% points", "Δ cost\n%"})
	cost := math.NaN()
	if base := t.metrics[0][metricCost]; base != nil && base.Mean > 0 {
		cost = base.Mean
	}
	for i, name := range t.policies {
		m := t.metrics[i]
		w.AppendRow(table.Row{
			name, fixed(m[metricMiss], 100, 2), level(m[metricMedian]), level(m[metricP99]), level(m[metricCost]),
			fixed(m[metricVMs], 1, 1), fixed(m[metricFunction], 100, 1), change(m[metricMiss], 100), change(m[metricCost], 100/cost),
		})
	}
	columns := []table.ColumnConfig{{Number: 1, WidthMax: maxPolicyWidth, WidthMaxEnforcer: text.WrapSoft}}
	for i := 2; i <= 9; i++ {
		columns = append(columns, table.ColumnConfig{Number: i, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	w.SetColumnConfigs(columns)
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
func level(r *Compared) string {
	if r == nil {
		return ""
	}
	return significant(r.Mean, 3)
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
