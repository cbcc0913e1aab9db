package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"cnv/results/answer"
	"cnv/results/words"
)

// PrintAnswer prints an answer such that it fits a screen: sentences, the verdict on the
// hypothesis, the ranking and the largest findings. room is how many lines others take.
//
// Sentences are never cut. Of the lines that are left, the ranking has half and findings
// have the rest, each fewest at least and ten at most, so that a low screen scrolls rather
// than showing neither.
func PrintAnswer(w io.Writer, b *answer.Brief, screen Screen, room int) error {
	var out strings.Builder
	out.WriteString("Answer\n")
	for _, s := range slices.Concat(b.Asked, b.Sentences) {
		out.WriteString(words.Hanging("- ", s, screen.Columns))
	}
	if b.Hypothesis != "" {
		out.WriteString(words.Hanging("- ", "Hypothesis: "+b.Hypothesis, screen.Columns))
	}
	ranked, effects := mostRanked, mostEffects
	switch {
	case screen.Whole:
		ranked, effects = len(b.Ranking.Rows), len(b.Effects)
	case screen.Lines > 0:
		// Lines that are left for rows of both tables.
		left := screen.Lines - room - strings.Count(out.String(), "\n") - 14 // headings, notes and blank lines
		ranked = min(max(left/2, fewest), mostRanked, max(len(b.Ranking.Rows), fewest))
		effects = min(max(left-ranked, fewest), mostEffects)
	}
	if table := rankingText(b.Ranking, screen.Columns, ranked); table != "" {
		out.WriteString("\n" + table + "\n" + words.Hanging("", rankingNote(b.Ranking)+more(len(b.Ranking.Rows)-ranked, "policy", "policies"), screen.Columns))
	}
	// They are in order already, the largest first.
	if shown := b.Effects[:min(len(b.Effects), effects)]; len(shown) > 0 {
		out.WriteString("\n" + words.Hanging("", effectsHead(b.Effects), screen.Columns) + strings.Join(effectLines(shown, screen.Columns), "\n") + "\n")
		if n := len(b.Effects) - len(shown); n > 0 {
			fmt.Fprintf(&out, "%s (--verbose)\n", strings.TrimPrefix(more(n, "finding", "findings"), " "))
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// effectsHead stands over the findings: what is common to them, and what the columns are.
// "Findings, the largest first, in avoidable misses, of seed → jsq, on burst; x of n: holds
// in so many other worlds".
func effectsHead(es []answer.Effect) string {
	text := "Findings, the largest first"
	if metric, ok := commonMetric(es); ok {
		text += ", in " + metric
	}
	if pair, ok := commonPair(es); ok {
		text += ", of " + pair
	}
	if prefix := commonWords(es); prefix != "" {
		text += ", on " + strings.TrimSpace(prefix)
	}
	for _, e := range es {
		if e.Worlds != "" {
			return text + "; x of n: holds in so many other worlds"
		}
	}
	return text
}

// more says how many there are that are not shown. It begins with a space, to go behind a
// sentence: " And 3 more policies."; "" where n is 0 or less.
func more(n int, one, many string) string {
	if n <= 0 {
		return ""
	}
	return " And " + words.Count(n, "more "+one, "more "+many) + "."
}
