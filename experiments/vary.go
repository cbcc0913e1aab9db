package main

import (
	"fmt"
	"slices"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/results/compare"
)

// Sensitivity: one key at a time has another value, all else as in the file, seeds
// included. What the file asks about is the difference of its first primary metric
// between each policy and the first; how far a change moves it, replication by
// replication, says how much the answer hangs on a value that perhaps nobody has measured.

// vary runs the experiment as it is and with every change, and says which moves
// the answer most.
func (cmd *compareCmd) vary(c *console, name string, p *plan.Plan) error {
	e, err := findExperiment(name)
	if err != nil {
		return badInput{err}
	}
	var changes []plan.Change
	var plans []*plan.Plan
	for _, text := range cmd.Vary {
		change, err := plan.ParseChange(text)
		if err != nil {
			return badInput{fmt.Errorf("cnv: --vary %w", err)}
		}
		if slices.Contains(changes, change) {
			return badInput{fmt.Errorf("cnv: --vary %s is given twice", change)}
		}
		varied, err := plan.Parse(e.File, e.Dir, e.Text, plan.Options{Seeds: cmd.Seeds, Change: &change})
		if err == nil && !sameCells(p, varied) {
			err = fmt.Errorf("cnv: --vary %s: gives other workloads or policies than the file: vary a key that is no list there, and with one value", change)
		}
		if err != nil {
			return badInput{err}
		}
		changes, plans = append(changes, change), append(plans, varied)
	}
	base, err := cmd.runs(c, name, p)
	if err != nil {
		return err
	}
	defer base.Discard()
	if base.Verdict() != nil {
		return cmd.write(c, p, base)
	}
	var names []string
	var sets []*compare.Set
	for i, varied := range plans {
		varied.Name = p.Name + " " + outcome.FileName(changes[i].String()) // its runs are kept beside those of the file
		set, err := cmd.runs(c, name, varied)
		if err != nil {
			return err
		}
		defer set.Discard()
		if err := set.Verdict(); err != nil {
			return fmt.Errorf("with --vary %s: %w", changes[i], err)
		}
		names, sets = append(names, changes[i].String()), append(sets, set.Set)
	}
	base.Set.Vary(base.Set.Moved(names, sets))
	return cmd.write(c, p, base)
}

// sameCells says whether two plans have the same workloads and policies.
func sameCells(a, b *plan.Plan) bool {
	return slices.EqualFunc(a.Scenarios, b.Scenarios, func(x, y *plan.Scenario) bool { return x.Name == y.Name }) &&
		slices.EqualFunc(a.Policies, b.Policies, func(x, y *plan.Policy) bool { return x.Name == y.Name })
}
