package report

import (
	"cnv/results/fidelity"
	"cnv/results/words"
)

// fidelityTables are live and simulated values, a table per workload: a row per policy, a
// column per metric. A cell has what was measured live, and below it the simulator's value
// with its interval and error: "0.52 (0.48 to 0.56); +3.1 %, outside". The rows of one cell
// follow each other (see fidelity.Row); the head is that of the first policy, which has the
// same metrics as the others in the same order.
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
