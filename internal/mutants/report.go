package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// A verdict is what became of a mutant.
type verdict int

const (
	unreached  verdict = iota // no test comes to its place
	survived                  // tests come to its place, and all pass
	killed                    // a test fails
	equivalent                // it is listed as one that no test can kill
	unjudged                  // the time was up, or a test that was left out may reach it
)

func (v verdict) String() string {
	return [...]string{"not reached", "survived", "killed", "equivalent", "not judged"}[v]
}

// A judged is a mutant and its verdict.
type judged struct {
	Mutant
	verdict verdict
	by      string // the test that failed
	tests   int    // how many reach it
}

// print says a mutant in one line: "file:line: function: change: verdict".
func (j judged) print(w io.Writer) {
	fmt.Fprintf(w, "%s:%d: %s: %s: %v", j.File, j.Line, j.Func, j.Change, j.verdict)
	switch {
	case j.by != "":
		fmt.Fprintf(w, " by %s", j.by)
	case j.verdict == survived:
		fmt.Fprintf(w, " %d tests", j.tests)
	}
	fmt.Fprintln(w)
}

// counts are how many mutants have each verdict.
type counts [unjudged + 1]int

// share is the share killed of those reached that are not equivalent, and of how many.
func (c counts) share() (share float64, of int) {
	of = c[killed] + c[survived]
	if of == 0 {
		return 1, 0
	}
	return float64(c[killed]) / float64(of), of
}

// table writes a line for each package, and returns the counts of all.
func table(w io.Writer, all []judged) counts {
	var total counts
	var names []string
	by := map[string]*counts{}
	for _, j := range all {
		if by[j.Package] == nil {
			by[j.Package] = &counts{}
			names = append(names, j.Package)
		}
		by[j.Package][j.verdict]++
		total[j.verdict]++
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "package\tmutants\tnot reached\tequivalent\tnot judged\tkilled\tsurvived\tkilled of both\t")
	row := func(name string, c counts) {
		n := 0
		for _, k := range c {
			n += k
		}
		share, of := c.share()
		said := "-"
		if of > 0 {
			said = fmt.Sprintf("%.0f %%", 100*share)
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t\n", name, n, c[unreached], c[equivalent], c[unjudged], c[killed], c[survived], said)
	}
	for _, name := range names {
		row(name, *by[name])
	}
	if len(names) != 1 {
		row("all", total)
	}
	t.Flush()
	return total
}
