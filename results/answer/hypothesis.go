package answer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cnv/results/compare"
	"cnv/results/words"
)

// hypothesisAnswer counts what of the hypothesis the rows confirm: each change in a metric
// on a workload, and each threshold on a line of workloads. "" where nothing was expected.
//
// "Of 4 expectations of the hypothesis, each of a change, a metric and a workload, 2 are as expected and
// 2 are against expectation."
func hypothesisAnswer(fs Findings, q Spec) string {
	var all tally
	for i := range q.Contrasts {
		c := &q.Contrasts[i]
		for _, e := range fs.expectations(c) {
			for f, of := range fs.fulfilled(c, e.pair, e.metric, e.what) {
				all[f] = slices.Concat(all[f], of)
			}
		}
	}
	// So many are of changes; what comes behind are thresholds, and the text says which of
	// the two there are.
	changes := all.n()
	for i := range q.Thresholds {
		t := &q.Thresholds[i]
		for _, line := range t.Lines {
			if f, ok := t.fulfilled(fs, line); ok {
				all.add(f, line.Name)
			}
		}
	}
	if all.n() == 0 {
		return ""
	}
	kinds := "of a change, a metric and a workload"
	switch changes {
	case 0:
		kinds = "of a threshold and a line of workloads"
	case all.n():
	default:
		kinds += ", or of a threshold and a line of workloads"
	}
	var parts []string
	for _, f := range compare.Fulfilments() {
		switch n := len(all[f]); {
		case n > 0 && all.n() == 1:
			return "The one expectation of the hypothesis, " + kinds + ", is " + f.String() + "."
		case n > 0:
			parts = append(parts, strconv.Itoa(n)+" "+words.IfElse(n == 1, "is ", "are ")+f.String())
		}
	}
	return "Of " + words.Count(all.n(), "expectation", "expectations") + " of the hypothesis, each " + kinds + ", " + words.List(parts) + "."
}

// verdictOn says whether the hypothesis holds, by what. An expectation is one metric of one
// change on one workload, or one threshold on one line; each counts once.
//
// "holds in part: of 2 expectations 1 as expected, 1 against, 0 not told apart (paired differences,
// 95 % together). Against it: ..."
//
// "" where there is neither a hypothesis nor an expectation.
func verdictOn(fs Findings, q Spec, hypothesis string) string {
	// By [compare.Fulfilment].
	var all [3]int
	var against []string
	// What is against it is named once, as "misses of seed → jsq on steady": it is what
	// readers ask for first.
	note := func(f compare.Fulfilment, what string) {
		if all[f]++; f == compare.AgainstExpectation && !slices.Contains(against, what) {
			against = append(against, what)
		}
	}
	for i := range q.Contrasts {
		c := &q.Contrasts[i]
		for _, e := range fs.expectations(c) {
			t := fs.fulfilled(c, e.pair, e.metric, e.what)
			for f, of := range t {
				for _, w := range of {
					note(compare.Fulfilment(f), QuantityOf(e.metric).Head+" of "+e.pair.From+" → "+e.pair.To+" on "+w)
				}
			}
		}
	}
	for i := range q.Thresholds {
		t := &q.Thresholds[i]
		for _, line := range t.Lines {
			if f, ok := t.fulfilled(fs, line); ok {
				note(f, "up to "+t.Axis+"="+t.Expected+" on "+line.Name)
			}
		}
	}
	n := all[0] + all[1] + all[2]
	if n == 0 {
		return words.IfElse(hypothesis == "", "", "not tested: no [[contrast]] or [[threshold]] of the file says what it expects.")
	}
	// All as expected or all against is a verdict; with some not told apart, it is one as
	// far as is known.
	says := "not told apart"
	switch {
	case all[compare.AsExpected] == n:
		says = "holds"
	case all[compare.AgainstExpectation] == n:
		says = "does not hold"
	case all[compare.AgainstExpectation] > 0 && all[compare.AsExpected] == 0:
		says = "does not hold as far as is known"
	case all[compare.AgainstExpectation] > 0:
		says = "holds in part"
	case all[compare.AsExpected] > 0:
		says = "holds as far as is known"
	}
	text := fmt.Sprintf("%s: of %s %d as expected, %d against, %d not told apart (paired differences, 95 %% together)", says, words.Count(n, "expectation", "expectations"), all[0], all[1], all[2])
	if against != nil {
		text += ". Against it: " + strings.Join(against[:min(len(against), 2)], "; ")
		if more := len(against) - 2; more > 0 {
			text += "; " + strconv.Itoa(more) + " more"
		}
	}
	return text + "."
}
