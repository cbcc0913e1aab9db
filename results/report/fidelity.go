package report

import (
	"cnv/results/fidelity"
	"cnv/results/words"
)

// fidelityTables are live and simulated values, a table per workload.
func fidelityTables(rows []fidelity.Row) (out []tableView) {
	for i := range rows {
		r := &rows[i]
		if i == 0 || r.Workload != rows[i-1].Workload {
			out = append(out, tableView{Workload: r.Workload, About: r.Level, Head: []headView{{"Policy", ""}}})
		}
		t := &out[len(out)-1]
		if n := len(t.Rows); n == 0 || t.Rows[n-1].Policy != r.Policy {
			t.Rows = append(t.Rows, rowView{Policy: r.Policy})
		}
		if len(t.Rows) == 1 {
			t.Head = append(t.Head, headView{words.Capital(r.Metric), r.Unit})
		}
		row := &t.Rows[len(t.Rows)-1]
		row.Cells = append(row.Cells, cellView{
			Text: fidelity.Value(r.Measured), Sort: sortKey(r.Measured),
			Small: r.Interval() + "; " + r.ErrorText() + words.IfElse(r.Within, "", ", outside"),
		})
	}
	return out
}
