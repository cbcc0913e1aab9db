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

// A Screen is what an answer is printed on. It is the caller who knows the terminal:
// nothing here asks for it.
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
// by workload become how often a policy is first, and names are cut. Ways to draw it are
// tried from the one that says most; where none fits, the narrowest is too wide and stays
// so. "" where there is nothing to rank; most is how many policies are shown.
func rankingText(r *answer.Ranking, columns, most int) string {
	if len(r.Rows) < 2 {
		return ""
	}
	drawn := ""
	// Places say more than wide names do: all widths are tried with them first.
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

// drawRanking draws it with places by workload, or with how often a policy is first. One
// column of names to the left, all others to the right.
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
	// All columns are known: rows follow in the same order.
	w.AppendHeader(head)
	var aligned []table.ColumnConfig
	for i := range head {
		// 1 is the column of names.
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

// behindUnit is what stands under the name of a quantity. A share is behind by points, all
// else relative to the best.
func behindUnit(q answer.Quantity) string {
	return words.IfElse(results.IsShare(q.Metric), "points", "%")
}

// behindText is how far a policy is behind, at most one decimal: "0" where it is nowhere,
// "<0.1" where it hardly is, "∞" where it has no finite value and another policy has.
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

// boundText is how many times the bound a cost is, "1.3"; "–" where it is not known.
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

// rankOf is the rank, "2=" where others share it; else "2 ", so that digits stand below
// digits.
func rankOf(r *answer.Ranking, row answer.Ranked) string {
	n := 0
	for _, other := range r.Rows {
		if other.Rank == row.Rank {
			n++
		}
	}
	return strconv.Itoa(row.Rank) + words.IfElse(n > 1, "=", " ")
}

// placeOf is the place on one workload; "–" of 0, which is not compared.
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

// shortened is a name of at most so many columns. Its middle is cut: names that an
// experiment makes along an axis differ at their ends. "seed boot=30s price=2" at 12 is
// "seed b…ice=2". Columns, not letters: some letters are two wide.
func shortened(name string, most int) string {
	if text.StringWidth(name) <= most {
		return name
	}
	// Half of the room, rounded down, is for the end; the start has the rest but for the
	// dots.
	end := []rune(name)
	for text.StringWidth(string(end)) > (most-1)/2 {
		end = end[1:]
	}
	return text.Trim(name, most-1-text.StringWidth(string(end))) + "…" + string(end)
}

// clipped is a text of at most so many columns, its end cut behind a word: half a number would
// be another one. Causes say the most important thing first.
func clipped(s string, most int) string {
	if text.StringWidth(s) <= most {
		return s
	}
	cut := text.Trim(s, most-1)
	if i := strings.LastIndexByte(cut, ' '); i > 0 {
		cut = cut[:i]
	}
	return cut + "…"
}

// rankingNote says what the table means. "" where there is no table.
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

// effectLines are findings, one line each. What all of them have in common is not repeated:
// it stands in effectsHead.
//
//	misses  −49 ±13 points  burst rate=8  seed → jsq  18 of 20  queueing 77 %
//
// Numbers have the room they need. Of what is left of so many columns the workload has two
// fifths at most and the pair of policies the rest, both cut in the middle; causes have
// what is still there, cut at the end, and are left out below 14 columns. Where all are of
// one pair, the workload may have all that is left.
func effectLines(es []answer.Effect, columns int) []string {
	if len(es) == 0 {
		return nil
	}
	rows := make([][]string, len(es))
	_, shared := commonPair(es)
	_, alone := commonMetric(es)
	prefix := commonWords(es)
	for i, e := range es {
		// By column: metric, difference, workload, pair of policies, worlds, what is behind
		// it.
		rows[i] = []string{words.IfElse(alone, "", shortened(e.Quantity.Head, 14)), e.Change, strings.TrimPrefix(e.Workload, prefix), words.IfElse(shared, "", e.From+" → "+e.To), e.Worlds, aside(e)}
	}
	// Indices of the columns that may be cut.
	const load, pair, about = 2, 3, 5
	width := make([]int, len(rows[0]))
	for c := range width {
		for _, row := range rows {
			width[c] = max(width[c], text.StringWidth(row[c]))
		}
	}
	// The columns that are never cut, with two spaces behind each.
	fixed := 0
	// A column that is empty in all rows takes no room.
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
			// A name is cut in the middle, a cause at its end.
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

// commonMetric is the name of the metric that all findings are about. It has to be called
// with one finding at least, as commonPair and commonWords.
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

// commonWords are the words that the names of several workloads begin with, and a space:
// "burst budget=2 " of "burst budget=2 rate=4" and "burst budget=2 rate=8". The last word
// of a name is not among them, so that something is left of every name. "" of a single
// workload.
func commonWords(es []answer.Effect) string {
	common := strings.Fields(es[0].Workload)
	several := false
	for _, e := range es {
		several = several || e.Workload != es[0].Workload
		of := strings.Fields(e.Workload)
		n := 0
		// At most all words but the last.
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
