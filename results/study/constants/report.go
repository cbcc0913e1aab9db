package constants

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// report writes the table of what was checked, and says whether a verdict hangs on a
// constant.
func report(out io.Writer, all []*experiment, done, of []*check, seeds int) (failed bool) {
	fmt.Fprintf(out, `# What verdicts hang on

`+"`go run ./results/study constants`"+` writes this. Each number of a shipped experiment, and each of the catalog
that it uses, is moved by %.0f %% up and down, all else the same, seeds included; the pairs of the file's
contrasts (without any, the first policy and each other one) are judged again in its primary metrics, each
workload on its own, over %d seeds. Integers that %.0f %% do not change stay (below %d), and an experiment of one policy compares nothing.

A verdict *turns* if it is told the other way round; it *flips* if it comes or goes with a difference that
leaves its interval and changes by more than a factor of two; neither may happen. It *jumps* if it stays and the
difference changes by as much; it is *borderline* if it comes or goes and the difference does not change so.

*Refused* are moves after which the file cannot be read: nothing was run or judged. Where it says *of*, the moves are a
sample of so many.

| experiment | moves of constants | refused | verdicts | turn | flip | jump | borderline |
|---|---:|---:|---:|---:|---:|---:|---:|
`, 100*move, seeds, 100*move, int(math.Ceil(0.5/move)))
	for _, e := range all {
		moves, refused, verdicts, sample := 0, 0, 0, ""
		var n [turns + 1]int
		for _, c := range done {
			if c.e != e {
				continue
			}
			if c.refused != nil {
				refused++
				continue
			}
			moves++
			verdicts += c.pairs
			for _, x := range c.changes {
				n[x.kind]++
			}
		}
		if all := count(of, e); moves+refused < all {
			sample = fmt.Sprintf(" of %d", all-refused)
		}
		fmt.Fprintf(out, "| %s | %d%s | %d | %d | %d | %d | %d | %d |\n", e.name, moves, sample, refused, verdicts, n[turns], n[flips], n[jumps], n[borderline])
		failed = failed || n[turns]+n[flips] > 0
	}
	for _, k := range []kind{turns, flips, jumps, borderline} {
		list(out, k, done)
	}
	refusals(out, done)
	return failed
}

// count is how many checks are of an experiment.
func count(all []*check, e *experiment) (n int) {
	for _, c := range all {
		if c.e == e {
			n++
		}
	}
	return n
}

// list writes the changes of a kind.
func list(out io.Writer, k kind, done []*check) {
	head := false
	for _, c := range done {
		for _, x := range c.changes {
			if x.kind != k {
				continue
			}
			if !head {
				head = true
				fmt.Fprintf(out, "\n%s\n\n| experiment | constant | by | workload | pair | metric | as it is | moved |\n|---|---|---|---|---|---|---|---|\n", heading(k))
			}
			fmt.Fprintf(out, "| %s | %s | %+.0f %% | %s | %s → %s | %s | %s | %s |\n", c.e.name, c.constant, 100*(c.by-1), x.was.Workload,
				x.was.Against, x.was.Policy, x.was.Metric, difference(x.was.Diff, x.was.JointLow, x.was.JointHigh, x.was.Verdict), difference(x.now.Diff, x.now.JointLow, x.now.JointHigh, x.now.Verdict))
		}
	}
}

// difference is one with its interval and verdict.
func difference(v, low, high float64, verdict string) string {
	digits := func(v float64) string { return strconv.FormatFloat(v, 'g', 3, 64) }
	return fmt.Sprintf("%s (%s to %s), %s", digits(v), digits(low), digits(high), verdict)
}

// refusals are the values that files cannot have.
func refusals(out io.Writer, done []*check) {
	head := false
	for _, c := range done {
		if c.refused == nil {
			continue
		}
		if !head {
			head = true
			fmt.Fprintf(out, "\n%s\n\n", refusedHeading)
		}
		text, _, _ := strings.Cut(c.refused.Error(), "\n")
		fmt.Fprintf(out, "- %s, %s %+.0f %%: %s\n", c.e.name, c.constant, 100*(c.by-1), text)
	}
}
