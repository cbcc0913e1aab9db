package main

import (
	"fmt"
	"time"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/results/compare"
)

// judgedEvery is the time between two lines of what goes on after the last run.
const judgedEvery = 3 * time.Second

// write compares, writes and prints the results, and tells what it does where that takes
// more than a few seconds.
func (cmd *compareCmd) write(c *console, p *plan.Plan, set *outcome.Outcome) error {
	defer cmd.judging(c, p, "writing the results")()
	return set.Finish(c.out)
}

// judge compares the policies; the results remember it.
func (cmd *compareCmd) judge(c *console, p *plan.Plan, set *compare.Set) error {
	if n := pairsOf(p); n >= manyPairs && !cmd.Quiet {
		fmt.Fprintf(c.err, "%s: comparing %d pairs of policies, all together; this takes minutes\n", p.Name, n)
	}
	defer cmd.judging(c, p, "comparing the policies")()
	set.Comparison()
	return c.ctx.Err()
}

// judging tells that it does something with all pairs until it is stopped.
func (cmd *compareCmd) judging(c *console, p *plan.Plan, what string) (stop func()) {
	if cmd.Quiet {
		return func() {}
	}
	return c.telling(fmt.Sprintf("%s: %s, %d pairs", p.Name, what, pairsOf(p)), nil, judgedEvery)
}

// manyPairs is from how many differences on it is said that they are compared.
const manyPairs = 100_000

// pairsOf is how many differences hold together.
func pairsOf(p *plan.Plan) int {
	return len(p.Policies) * (len(p.Policies) - 1) / 2 * len(p.Scenarios) * max(len(p.Primary), len(compare.DefaultPrimary()))
}
