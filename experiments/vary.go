package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/results"
)

// Sensitivity: one key at a time has another value, all else as in the file. What
// the file asks about is the difference of its first primary metric between each
// policy and the first; how far a change moves it says how much the answer
// hangs on a value that perhaps nobody has measured.

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
		return base.Finish(c.out)
	}
	rows := base.Set.Comparison()
	var found []results.Sensitivity
	for i, varied := range plans {
		varied.Name = p.Name + " " + outcome.FileName(changes[i].String()) // its runs are kept beside those of the file
		set, err := cmd.runs(c, name, varied)
		if err != nil {
			return err
		}
		if err := set.Verdict(); err != nil {
			set.Discard()
			return fmt.Errorf("with --vary %s: %w", changes[i], err)
		}
		found = append(found, moved(changes[i].String(), p, rows, set.Set.Comparison())...)
		set.Discard()
	}
	slices.SortStableFunc(found, func(a, b results.Sensitivity) int { return cmp.Compare(b.By(), a.By()) })
	base.Set.Vary(found)
	return base.Finish(c.out)
}

// sameCells says whether two plans have the same workloads and policies.
func sameCells(a, b *plan.Plan) bool {
	return slices.EqualFunc(a.Scenarios, b.Scenarios, func(x, y *plan.Scenario) bool { return x.Name == y.Name }) &&
		slices.EqualFunc(a.Policies, b.Policies, func(x, y *plan.Policy) bool { return x.Name == y.Name })
}

// moved is how far a change moves every difference to the first policy.
func moved(change string, p *plan.Plan, base, varied []results.Compared) []results.Sensitivity {
	metric := "miss_avoidable"
	if len(p.Primary) > 0 {
		metric = p.Primary[0]
	}
	var out []results.Sensitivity
	for i := range base {
		a, b := &base[i], &varied[i]
		if a.Metric != metric || a.Against != p.Policies[0].Name || math.IsNaN(a.Diff) || math.IsNaN(b.Diff) {
			continue
		}
		out = append(out, results.Sensitivity{
			Change: change, Workload: a.Workload, Policy: a.Policy, Against: a.Against, Metric: metric,
			Base: a.Diff, BaseVerdict: a.Verdict, Diff: b.Diff, Low: b.DiffLow, High: b.DiffHigh, Verdict: b.Verdict,
		})
	}
	return out
}
