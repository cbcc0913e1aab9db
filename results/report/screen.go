package report

import (
	"math"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"cnv/results"
	"cnv/results/answer"
	"cnv/results/words"
)

// A Screen is what an answer is printed on.
type Screen struct {
	Columns int  // of a line
	Lines   int  // that are to be seen at once; 0: as many as there are
	Whole   bool // all policies and findings are wanted, whatever there is room for
}

// What a screen shows of long lists: policies and findings.
const (
	mostRanked  = 10
	mostEffects = 10
	fewest      = 4 // of them, however low the screen is
)

// rankingText is the ranking as a table no wider than the screen: where it would be, places
// by workload become how often a policy is first, and names are cut.
func rankingText(r *answer.Ranking, columns, most int) string {
	if len(r.Rows) < 2 {
		return ""
	}
	drawn := ""
	for _, places := range []bool{true, false} {
		for _, as := range []drawnAs{{2 * maxPolicyWidth, 2}, {maxPolicyWidth, 2}, {maxPolicyWidth, 1}, narrowest} {
			if drawn = drawRanking(r, most, places, as); widest(drawn) <= columns {
				return drawn
			}
		}
	}
	return drawn
}

// widest is the number of columns of the longest line.
func widest(drawn string) int {
	n := 0
	for _, line := range strings.Split(drawn, "\n") {
		n = max(n, text.StringWidthWithoutEscSequences(line))
	}
	return n
}

// drawRanking draws it with places by workload, or with how often a policy is first.
func drawRanking(r *answer.Ranking, most int, places bool, as drawnAs) string {
	w := table.NewWriter()
	style := plainStyle()
	style.Box.PaddingRight = strings.Repeat(" ", as.gap)
	w.SetStyle(style)
	w.SuppressTrailingSpaces()
	head := table.Row{"rank", "policy"}
	if places = places && len(r.Workloads) > 1; places {
		for _, load := range r.Workloads {
			head = append(head, "on\n"+wrapName(shortened(load, 3*headWidth), headWidth))
		}
	} else if len(r.Workloads) > 1 {
		head = append(head, "first on\nof "+strconv.Itoa(len(r.Workloads)))
	}
	for _, q := range r.Quantities {
		head = append(head, "behind\n"+wrapName(q.Head, headWidth)+"\n"+behindUnit(q))
	}
	bounded := hasBound(r)
	if bounded {
		head = append(head, "cost\n× bound")
	}
	w.AppendHeader(head)
	var aligned []table.ColumnConfig
	for i := range head {
		if i != 1 {
			aligned = append(aligned, table.ColumnConfig{Number: i + 1, Align: text.AlignRight, AlignHeader: text.AlignRight})
		}
	}
	w.SetColumnConfigs(aligned)
	for _, row := range r.Rows[:min(len(r.Rows), most)] {
		cells := table.Row{rankOf(r, row), shortened(row.Policy, as.name)}
		if places {
			for _, p := range row.Places {
				cells = append(cells, placeOf(p))
			}
		} else if len(r.Workloads) > 1 {
			cells = append(cells, firsts(row))
		}
		for k, q := range r.Quantities {
			cells = append(cells, behindText(q, row.Behind[k]))
		}
		if bounded {
			cells = append(cells, boundText(row.Bound.Value))
		}
		w.AppendRow(cells)
	}
	return w.Render()
}

// headWidth is that of a workload over a column of places.
const headWidth = 8

// behindUnit is what stands under the name of a quantity.
func behindUnit(q answer.Quantity) string {
	return words.IfElse(results.IsShare(q.Metric), "points", "%")
}

// behindText is how far a policy is behind, 0 where it is nowhere.
func behindText(q answer.Quantity, b answer.Behind) string {
	v := 100 * b.Value
	switch {
	case math.IsInf(v, 0):
		return "∞"
	case v == 0:
		return "0"
	case v < 0.05:
		return "<0.1"
	}
	return words.Decimal(v, min(words.DecimalsFor(v, 2), 1))
}

func boundText(v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	return words.Decimal(v, min(words.DecimalsFor(v, 2), 1))
}

// hasBound says whether any policy has a cost beside its bound.
func hasBound(r *answer.Ranking) bool {
	for _, row := range r.Rows {
		if !math.IsNaN(row.Bound.Value) && !math.IsInf(row.Bound.Value, 0) {
			return true
		}
	}
	return false
}

// rankOf is the rank, with = where others share it.
func rankOf(r *answer.Ranking, row answer.Ranked) string {
	n := 0
	for _, other := range r.Rows {
		if other.Rank == row.Rank {
			n++
		}
	}
	return strconv.Itoa(row.Rank) + words.IfElse(n > 1, "=", " ")
}

func placeOf(p int) string {
	if p == 0 {
		return "–"
	}
	return strconv.Itoa(p)
}

// firsts is on how many workloads no other policy is found better.
func firsts(row answer.Ranked) int {
	n := 0
	for _, p := range row.Places {
		if p == 1 {
			n++
		}
	}
	return n
}

// shortened is a name of at most so many columns. Its middle is cut: names that an experiment
// makes along an axis differ at their ends.
func shortened(name string, most int) string {
	if text.StringWidth(name) <= most {
		return name
	}
	end := []rune(name)
	for text.StringWidth(string(end)) > (most-1)/2 {
		end = end[1:]
	}
	return text.Trim(name, most-1-text.StringWidth(string(end))) + "…" + string(end)
}

// clipped is a text of at most so many columns, its end cut.
func clipped(s string, most int) string {
	if text.StringWidth(s) <= most {
		return s
	}
	return text.Trim(s, most-1) + "…"
}

// rankingNote says what the table means.
func rankingNote(r *answer.Ranking) string {
	if len(r.Rows) < 2 {
		return ""
	}
	note := "on: 1 + how many policies are found better there; behind: the best of a workload, at most"
	if len(r.Workloads) == 1 {
		note = "behind: the best policy"
	}
	if hasBound(r) {
		note += "; bound: the least that any policy could cost"
	}
	return note + "."
}

// effectLines are findings, one line each. What all of them have in common is not repeated.
func effectLines(es []answer.Effect, columns int) []string {
	if len(es) == 0 {
		return nil
	}
	rows := make([][]string, len(es))
	_, shared := commonPair(es)
	_, alone := commonMetric(es)
	prefix := commonWords(es)
	for i, e := range es {
		rows[i] = []string{words.IfElse(alone, "", shortened(e.Quantity.Head, 12)), e.Change, strings.TrimPrefix(e.Workload, prefix), words.IfElse(shared, "", e.From+" → "+e.To), e.Worlds, aside(e)}
	}
	const load, pair, about = 2, 3, 5
	width := make([]int, len(rows[0]))
	for c := range width {
		for _, row := range rows {
			width[c] = max(width[c], text.StringWidth(row[c]))
		}
	}
	fixed := 0
	for c, n := range width {
		if n > 0 && c != load && c != pair && c != about {
			fixed += n + 2
		}
	}
	left := columns - fixed - 2
	width[load] = min(width[load], max(left*words.IfElse(shared, 5, 2)/5, 10))
	width[pair] = min(width[pair], max(left-width[load]-2, 12))
	width[about] = left - width[load] - words.IfElse(shared, 0, width[pair]+2)
	out := make([]string, len(rows))
	for i, row := range rows {
		var cells []string
		for c, cell := range row {
			if width[c] < words.IfElse(c == about, 14, 1) {
				continue
			}
			cut := shortened
			if c == about {
				cut = clipped
			}
			cells = append(cells, text.Pad(cut(cell, width[c]), width[c], ' '))
		}
		out[i] = strings.TrimRight(strings.Join(cells, "  "), " ")
	}
	return out
}

// commonMetric is the name of the metric that all findings are about.
func commonMetric(es []answer.Effect) (string, bool) {
	for _, e := range es {
		if e.Quantity.Metric != es[0].Quantity.Metric {
			return "", false
		}
	}
	return es[0].Quantity.Name, true
}

// commonPair is the pair that all findings are of; false: they are of several.
func commonPair(es []answer.Effect) (string, bool) {
	for _, e := range es {
		if e.From != es[0].From || e.To != es[0].To {
			return "", false
		}
	}
	return es[0].From + " → " + es[0].To, true
}

// commonWords are the words that the names of several workloads begin with.
func commonWords(es []answer.Effect) string {
	common := strings.Fields(es[0].Workload)
	several := false
	for _, e := range es {
		several = several || e.Workload != es[0].Workload
		of := strings.Fields(e.Workload)
		n := 0
		for n < min(len(common), len(of)-1) && common[n] == of[n] {
			n++
		}
		common = common[:n]
	}
	if !several || len(common) == 0 {
		return ""
	}
	return strings.Join(common, " ") + " "
}

// aside is what stands behind a finding where there is room.
func aside(e answer.Effect) string {
	var parts []string
	for _, p := range []string{e.Cause, e.Expected} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, "; ")
}
