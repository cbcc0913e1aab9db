package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"

	"cnv/results"
	"cnv/results/answer"
	"cnv/results/resultstest"
)

// printedAnswer is the answer of the small experiment on a screen.
func printedAnswer(t *testing.T, screen Screen) string {
	t.Helper()
	s, err := answer.Load(resultstest.Copy(t))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := PrintAnswer(&b, s.Brief(), screen, 0); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestAnswerOnAScreen pins down what is printed, which is no wider than the terminal.
func TestAnswerOnAScreen(t *testing.T) {
	for _, columns := range []int{60, 80, 120} {
		got := printedAnswer(t, Screen{Columns: columns})
		for i, line := range strings.Split(got, "\n") {
			if w := text.StringWidthWithoutEscSequences(line); w > columns {
				t.Errorf("line %d has %d columns of %d: %s", i+1, w, columns, line)
			}
		}
		golden(t, fmt.Sprintf("answer-%d.txt", columns), got)
	}
}

// TestAnswerFitsAScreen: with as many lines as a terminal has, no more are printed; the best
// policy is always there. Asked for the whole, all of it is.
func TestAnswerFitsAScreen(t *testing.T) {
	got := printedAnswer(t, Screen{Columns: 80, Lines: 32})
	if n := strings.Count(got, "\n"); n > 32 {
		t.Errorf("%d lines on a screen of 32:\n%s", n, got)
	}
	if !strings.Contains(got, "\n  1 ") || !strings.Contains(got, "more finding") {
		t.Errorf("the best policy, or how many findings are left out, is missing:\n%s", got)
	}
	if whole := printedAnswer(t, Screen{Columns: 80, Lines: 24, Whole: true}); strings.Contains(whole, " more ") {
		t.Errorf("findings are left out of the whole:\n%s", whole)
	}
}

// TestPartsAddUp: what costs and misses are made of adds up to them, for every policy on
// every workload.
func TestPartsAddUp(t *testing.T) {
	s, err := answer.Load(resultstest.Copy(t))
	if err != nil {
		t.Fatal(err)
	}
	at := s.Found.Index()
	for _, w := range s.Found.Workloads() {
		for _, p := range s.Found.Policies() {
			for _, metric := range []string{results.CostInSLO, results.AvoidableMisses} {
				whole, _ := s.Found.Value(w, p, metric)
				parts, sum := at.Parts(w, p, metric), 0.0
				for _, part := range parts {
					sum += part.Value
					if part.Value < 0 {
						t.Errorf("%s / %s: %s is %v", w, p, part.Name, part.Value)
					}
				}
				if d := sum - whole.Value.Mean; parts == nil || d > 1e-9 || d < -1e-9 {
					t.Errorf("%s / %s: the %d parts of %s add up to %v, not %v", w, p, len(parts), metric, sum, whole.Value.Mean)
				}
			}
		}
	}
}
