package report

import (
	"strconv"
	"strings"

	"cnv/results/answer"
	"cnv/results/compare"
	"cnv/results/words"
)

// worldTables are in how many worlds findings hold, a table per workload: the difference as
// the file is, the number of worlds, the least and the most in any, and what best separates
// those in which it does not hold. A row is a finding, "seed → jsq, avoidable misses". A
// workload without findings has no table.
func worldTables(fs answer.Findings, held []compare.Held) (out []tableView) {
	for _, w := range fs.Workloads() {
		t := tableView{Workload: w, Head: []headView{{"Finding", ""}, {"Difference", "as the file is"}, {"Holds in", "worlds"}, {"Least", "in a world"}, {"Most", "in a world"}, {"Turns", "where it holds no more"}}}
		for _, h := range held {
			f, ok := fs.Change(w, h.Against, h.Policy, h.Metric)
			// A finding whose policies are left out has no difference here.
			if h.Workload != w || !ok {
				continue
			}
			q := answer.QuantityOf(h.Metric)
			// In the metric's unit, with two significant digits.
			cell := func(v float64) cellView {
				return cellView{Text: cellText(q.Scale*v, words.DecimalsFor(q.Scale*v, 2)), Sort: sortKey(v)}
			}
			// "below 20 s of boot".
			turn := h.Turn
			if turn == "" {
				turn = "–"
			}
			t.Rows = append(t.Rows, rowView{h.Against + " → " + h.Policy + ", " + q.Name + ", " + q.Unit(), []cellView{
				cell(f.Change.Mean), {Text: strconv.Itoa(h.Holds) + " of " + strconv.Itoa(h.Drawn), Small: strings.Join(answer.OtherWorlds(&h), "; "), Sort: strconv.Itoa(h.Holds)}, cell(h.Low), cell(h.High), {Text: turn},
			}})
		}
		if t.Rows != nil {
			out = append(out, t.withoutTurns())
		}
	}
	return out
}

// withoutTurns leaves the last column out if no finding turns.
func (t tableView) withoutTurns() tableView {
	last := len(t.Head) - 1
	for _, r := range t.Rows {
		if r.Cells[last-1].Text != "–" {
			return t
		}
	}
	t.Head = t.Head[:last]
	for i := range t.Rows {
		t.Rows[i].Cells = t.Rows[i].Cells[:last-1]
	}
	return t
}
