package results

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// A Format is how a comparison is printed.
type Format string

// The formats of Print.
const (
	FormatTable Format = "table"
	FormatCSV   Format = "csv"
	FormatJSON  Format = "json"
)

// Print writes the comparison in a format: as tables for people, one per
// workload, or as the rows of comparison.csv.
func Print(w io.Writer, f Format, rows []Compared) error {
	switch f {
	case FormatCSV:
		return printCSV(w, rows)
	case FormatJSON:
		return printJSON(w, rows)
	case FormatTable:
		return printTables(w, rows)
	}
	return fmt.Errorf("results: format %q, want table, csv or json", f)
}

// printTables prints one table per workload.
func printTables(w io.Writer, rows []Compared) error {
	for start := 0; start < len(rows); {
		end := start
		for end < len(rows) && rows[end].Workload == rows[start].Workload {
			end++
		}
		if _, err := fmt.Fprintf(w, "%s\n%s\n\n", heading(rows[start:end]), tableOf(rows[start:end])); err != nil {
			return err
		}
		start = end
	}
	return nil
}

// heading says which workload it is and what the intervals are about.
func heading(rows []Compared) string {
	over := rows[0].Overlap()
	for i := range rows {
		if rows[i].Over != OverNothing {
			over = rows[i].Overlap() + ", ± is half a 95 % interval"
			break
		}
	}
	return fmt.Sprintf("%s   (%s)", rows[0].Workload, over)
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

// tableOf prints the policies of one workload.
func tableOf(rows []Compared) string {
	t := table.NewWriter()
	t.SetStyle(plainStyle())
	t.AppendHeader(table.Row{"policy", "avoidable\nmisses %", "p50 s", "p99 s", "$ per 1000\nin SLO", "VMs", "on fn\n%", "Δ misses\npoints", "Δ cost\n%"})
	var order []string
	at := map[string]map[string]*Compared{}
	base := map[string]*Compared{}
	for i := range rows {
		r := &rows[i]
		if at[r.Policy] == nil {
			at[r.Policy] = map[string]*Compared{}
			order = append(order, r.Policy)
		}
		if at[r.Policy][r.Metric] == nil { // the row against the first policy comes first
			at[r.Policy][r.Metric] = r
		}
		if r.Policy == order[0] {
			base[r.Metric] = at[r.Policy][r.Metric]
		}
	}
	for _, p := range order {
		m := at[p]
		t.AppendRow(table.Row{
			p, withHalf(m[metricMiss], 100), plainValue(m[metricMedian], 1), plainValue(m[metricP99], 1), withHalf(m[metricCost], 1),
			plainValue(m[metricVMs], 1), plainValue(m[metricFunction], 100), change(m[metricMiss], 100), change(m[metricCost], 100/base[metricCost].Mean),
		})
	}
	var right []table.ColumnConfig
	for i := 2; i <= 9; i++ {
		right = append(right, table.ColumnConfig{Number: i, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	t.SetColumnConfigs(right)
	return t.Render()
}

// plainStyle has no lines but one under the header.
func plainStyle() table.Style {
	s := table.StyleLight
	s.Format.Header = text.FormatDefault
	s.Options = table.Options{SeparateHeader: true}
	s.Box.PaddingLeft, s.Box.PaddingRight = "", "  "
	return s
}

// plainValue is a mean with three significant digits.
func plainValue(r *Compared, scale float64) string {
	if r == nil {
		return ""
	}
	return three(r.Mean * scale)
}

// withHalf is a mean and half its interval.
func withHalf(r *Compared, scale float64) string {
	if r == nil {
		return ""
	}
	if math.IsNaN(r.Low) {
		return three(r.Mean * scale)
	}
	return three(r.Mean*scale) + " ±" + two((r.High-r.Low)/2*scale)
}

// change is a difference with half its interval; one that may be 0 is in
// brackets.
func change(r *Compared, scale float64) string {
	if r == nil || r.Against == "" || math.IsNaN(r.Diff) {
		return ""
	}
	s := signed(r.Diff * scale)
	if !math.IsNaN(r.DiffLow) {
		s += " ±" + two((r.DiffHigh-r.DiffLow)/2*scale)
	}
	if r.Verdict == NoDifference {
		return "(" + s + ")"
	}
	return s
}

// three writes v with about three significant digits.
func three(v float64) string { return significant(v, 3) }
func two(v float64) string   { return significant(v, 2) }

// signed writes v with its sign.
func signed(v float64) string {
	if v > 0 {
		return "+" + three(v)
	}
	return three(v)
}

// significant writes v with n significant digits, without an exponent where
// that stays short.
func significant(v float64, n int) string {
	switch {
	case math.IsNaN(v):
		return "–"
	case math.IsInf(v, 0):
		return "∞"
	case v == 0:
		return "0"
	}
	digits := n - 1 - int(math.Floor(math.Log10(math.Abs(v))))
	if digits > 6 {
		return fmt.Sprintf("%.*e", n-1, v)
	}
	return fmt.Sprintf("%.*f", max(digits, 0), v)
}

// printCSV prints the rows of comparison.csv.
func printCSV(w io.Writer, rows []Compared) error {
	c := csv.NewWriter(w)
	_ = c.Write(comparisonHeader) // kept by c and returned by Error
	for i := range rows {
		_ = c.Write(rows[i].record())
	}
	c.Flush()
	return c.Error()
}

// printJSON prints the rows as one array of objects; a value that is not
// finite is a string, as JSON has no such numbers.
func printJSON(w io.Writer, rows []Compared) error {
	out := make([]map[string]any, len(rows))
	for i := range rows {
		out[i] = map[string]any{}
		for k, f := range rows[i].record() {
			out[i][comparisonHeader[k]] = f
		}
		r := &rows[i]
		out[i]["n"] = r.N
		for name, v := range map[string]float64{
			"mean": r.Mean, "low": r.Low, "high": r.High,
			"difference": r.Diff, "difference_low": r.DiffLow, "difference_high": r.DiffHigh,
		} {
			switch {
			case math.IsNaN(v):
				out[i][name] = nil
			case math.IsInf(v, 0):
				out[i][name] = "inf"
			default:
				out[i][name] = v
			}
		}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(out)
}
