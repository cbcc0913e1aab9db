package answer

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"cnv/results/compare"
	"cnv/results/words"
)

// heldOf finds what is known of a difference in other worlds, in this direction of the pair
// only.
func heldOf(held []compare.Held, workload string, p Pair, metric string) (compare.Held, bool) {
	i := slices.IndexFunc(held, func(h compare.Held) bool {
		return h.Workload == workload && h.Against == p.From && h.Policy == p.To && h.Metric == metric
	})
	if i < 0 {
		return compare.Held{}, false
	}
	return held[i], true
}

// inWorldsBegins begins the sentence that says in how many worlds the one before it holds.
const inWorldsBegins = "This holds "

// inWorlds is in how many worlds what is known of a pair holds, and how large it is there
// at least and at most, by workload: "holds in 20 of 20 worlds on a (3.0 to 31 percentage
// points) and b (1.0 to 2.0), and in 12 of 20 worlds on c (−2.0 to 5.0; turns below 20 s
// of boot)". "" if no world was asked.
func inWorlds(fs Findings, held []compare.Held, p Pair, metric string) string {
	var texts []string
	where, sizes := map[string][]string{}, map[string][]string{}
	q := QuantityOf(metric)
	for _, w := range fs.Workloads() {
		h, ok := heldOf(held, w, p, metric)
		if !ok {
			continue
		}
		size := q.brief(len(texts)).inWorlds(&h)
		// Workloads of which the same is so in as many worlds are listed together, each
		// with its size.
		text := heldText(&h, size)
		if others := strings.Contains(text, "; ("); others {
			size = "" // it is said already
		} else if size != "" {
			size = " (" + size + ")"
		}
		if where[text] == nil {
			texts = append(texts, text)
		}
		where[text], sizes[text] = append(where[text], w+size), append(sizes[text], size)
	}
	if texts == nil {
		return ""
	}
	alone := len(texts) == 1 && len(where[texts[0]]) == 1
	var parts []string
	for _, text := range texts {
		// The size stands behind each workload, but within the parentheses where these say
		// more.
		in, others, _ := strings.Cut(text, "; (")
		on := " on " + words.List(where[text])
		if alone {
			on = sizes[text][0]
		}
		parts = append(parts, in+on+words.IfElse(others != "", " ("+others, ""))
	}
	return "holds " + strings.Join(parts, ", and ")
}

// inWorlds is the least and the most of the differences in worlds, in the direction of
// the finding, so that those of the opposite sign are negative: "3.0 to 31 percentage
// points"; "" where none has a value.
func (q Quantity) inWorlds(h *compare.Held) string {
	if math.IsNaN(h.Low) || math.IsNaN(h.High) {
		return ""
	}
	least, most := q.Scale*h.Low, q.Scale*h.High
	if h.Sign < 0 {
		least, most = -most, -least
	}
	end := func(v float64) string { return q.written(v, words.DecimalsFor(v, 2)) }
	if end(least) == end(most) {
		return end(least) + q.Differences
	}
	return end(least) + " to " + end(most) + q.Differences
}

// heldText is in how many worlds a finding holds; behind a semicolon, its size there, and
// what is so in the others: "in 10 of 20 worlds; (−2.0 to 5.0; no difference in 8; the
// opposite in 2; turns below 20 s of boot)". Nothing stands there if there are no others.
func heldText(h *compare.Held, size string) string {
	text := "in " + strconv.Itoa(h.Holds) + " of " + words.Count(h.Drawn, "world", "worlds")
	others := OtherWorlds(h)
	if h.Turn != "" {
		others = append(others, "turns "+h.Turn)
	}
	if others == nil {
		return text
	}
	if size != "" {
		others = append([]string{size}, others...)
	}
	return text + "; (" + strings.Join(others, "; ") + ")"
}

// OtherWorlds is what is so in the worlds in which a finding does not hold, and in how
// many of them it is so of the same seed as the file is, too: there it is not the world that
// makes it.
func OtherWorlds(h *compare.Held) (out []string) {
	if n := h.Drawn - h.Holds - h.Opposite; n > 0 {
		asIs := strconv.Itoa(h.Idle) + " of them also as the file is"
		switch h.Idle {
		case 0:
			asIs = words.IfElse(n == 1, "though there is one as the file is", "though there is one in each as the file is")
		case n:
			asIs = words.IfElse(n == 1, "nor is there one as the file is", "nor is there one in any as the file is")
		}
		out = append(out, "no difference in "+strconv.Itoa(n)+", "+asIs)
	}
	if h.Opposite > 0 {
		chance := words.IfElse(h.Chance > 0, ", "+strconv.Itoa(h.Chance)+" of them also as the file is", "")
		out = append(out, "the opposite in "+strconv.Itoa(h.Opposite)+chance)
	}
	return out
}

// worldsAnswer says, of pairs that no sentence of their own has, in how many worlds what
// was found holds.
//
// "The difference in avoidable misses between a and b holds in 20 of 20 worlds on steady (3.0 to 31
// percentage points)."
func worldsAnswer(fs Findings, held []compare.Held, contrasts []compare.Contrast) (out []string) {
	var pairs []Pair
	for _, h := range held {
		p := Pair{h.Against, h.Policy}
		named := slices.ContainsFunc(contrasts, func(c compare.Contrast) bool { return c.From == p.From && c.To == p.To })
		if !named && !slices.Contains(pairs, p) {
			pairs = append(pairs, p)
		}
	}
	for _, p := range pairs {
		for _, q := range fs.Primary() {
			if text := inWorlds(fs, held, p, q.Metric); text != "" {
				out = append(out, "The difference in "+q.Name+" between "+words.InQuotes(p.From)+" and "+words.InQuotes(p.To)+" "+text+".")
			}
		}
	}
	return out
}

// worldsMethod says what worlds are, and when one counts against a finding; nil where none
// was drawn. Each constant is named with the range that it is drawn from.
func worldsMethod(w *compare.Worlds) []string {
	if w == nil || len(w.Rows) == 0 {
		return nil
	}
	worlds := 0
	for i := range w.Rows {
		worlds = max(worlds, w.Rows[i].World+1)
	}
	var ranges []string
	for _, c := range w.Constants {
		ranges = append(ranges, c.Name+" "+short(c.Low)+" to "+short(c.High))
	}
	return []string{"A world is a draw of what is not known for certain: " + strings.Join(ranges, ", ") + ". Each of " + strconv.Itoa(worlds) +
		" was run with one seed. A finding holds in a world if the difference there has the finding's sign, and so not where there is no difference; chance in that one seed counts against it, too. How large the difference is in the worlds, from the least to the most, stands in parentheses."}
}

// short writes a number with three digits: "0.95", "20", "1.2e+06".
func short(v float64) string { return strconv.FormatFloat(words.Round(v, 3), 'g', -1, 64) }
