package report

import (
	"strconv"
	"strings"

	"cnv/results/answer"
	"cnv/results/compare"
	"cnv/results/words"
)

// worldTables are in how many worlds findings hold, a table per workload.
func worldTables(fs answer.Findings, held []compare.Held) (out []tableView) {
	for _, w := range fs.Workloads() {
		t := tableView{Workload: w, Head: []headView{{"Finding", ""}, {"Difference", "as the file is"}, {"Holds in", "worlds"}, {"Least", "in a world"}, {"Most", "in a world"}, {"Turns", ""}}}
		for _, h := range held {
			f, ok := fs.Change(w, h.Against, h.Policy, h.Metric)
			if h.Workload != w || !ok {
				continue
			}
			q := answer.QuantityOf(h.Metric)
			cell := func(v float64) cellView {
				return cellView{Text: cellText(q.Scale*v, words.DecimalsFor(q.Scale*v, 2)), Sort: sortKey(v)}
			}
			turn := h.Turn
			if turn == "" {
				turn = "–"
			}
			t.Rows = append(t.Rows, rowView{h.Against + " → " + h.Policy + ", " + q.Name, []cellView{
				cell(f.Change.Mean), {Text: strconv.Itoa(h.Holds) + " of " + strconv.Itoa(h.Drawn), Small: strings.Join(answer.OtherWorlds(&h), "; "), Sort: strconv.Itoa(h.Holds)}, cell(h.Low), cell(h.High), {Text: turn},
			}})
		}
		if t.Rows != nil {
			out = append(out, t)
		}
	}
	return out
}
