package main

import (
	"errors"
	"fmt"
	"slices"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/experiments/predict"
	"cnv/policy/nearest"
	"cnv/results"
	"cnv/results/compare"
	"cnv/results/fidelity"
)

// A livePast is the runs of a folder of live results, by where they belong in a plan.
type livePast struct {
	rows  [][]results.Row // by workload and policy of the plan
	level string
	of    int // policies of the plan
}

// livePastOf reads the runs of a folder and finds the cells of the plan that they are of, by
// the names of workload and policy. Where both have one workload only, they are the same.
func livePastOf(dir string, p *plan.Plan) (*livePast, error) {
	m, err := compare.ReadManifest(dir)
	if err != nil {
		return nil, err
	}
	rows, err := results.ReadRuns(dir)
	if err != nil {
		return nil, err
	}
	past := &livePast{rows: make([][]results.Row, len(p.Scenarios)*len(p.Policies)), of: len(p.Policies)}
	if before, err := fidelity.Read(dir); err == nil && len(before) > 0 {
		past.level = before[0].Level
	}
	found, policies := 0, []string(nil)
	for i := range rows {
		w := slices.IndexFunc(p.Scenarios, func(s *plan.Scenario) bool { return s.Name == rows[i].Info.Workload })
		if len(p.Scenarios) == 1 && len(m.Workloads) == 1 {
			w = 0
		}
		pol := slices.IndexFunc(p.Policies, func(x *plan.Policy) bool { return x.Name == rows[i].Info.Policy })
		if w >= 0 && pol >= 0 {
			at := w*past.of + pol
			past.rows[at] = append(past.rows[at], rows[i])
			found++
		}
	}
	if found > 0 {
		return past, nil
	}
	for _, pol := range p.Policies {
		policies = append(policies, pol.Name)
	}
	return nil, fmt.Errorf("cnv: --against %s: none of its runs (workloads %v, policies %v) is of a workload and a policy of %s%s", dir, m.Workloads, m.Policies, p.Name, nearest.Hint(m.Policies[0], policies))
}

// against says what the simulator gives for the live runs, once the results are there.
func (past *livePast) against(c *console, set *outcome.Outcome, p *plan.Plan) error {
	rows, err := predict.Predict(c.ctx, p, func(w, pol int) []results.Row { return past.rows[w*past.of+pol] }, predict.Options{Level: past.level, Draws: 20, Within: predict.Patient})
	if err != nil {
		return fmt.Errorf("cnv: --against: %w", err)
	}
	return set.AddFidelity(c.out, rows)
}

// finish writes and prints the results, and what is asked against live ones.
func (cmd *compareCmd) finish(c *console, p *plan.Plan, set *outcome.Outcome) error {
	err := cmd.write(c, p, set)
	if broken := (outcome.Broken{}); cmd.past == nil || err != nil && !errors.As(err, &broken) {
		return err
	}
	return errors.Join(err, cmd.past.against(c, set, p))
}
