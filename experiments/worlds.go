package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/results"
	"cnv/results/answer"
	"cnv/results/compare"
)

// Worlds: what is found of a pair of policies is tried again with other values of what
// nobody knows for certain (plan.Uncertain), with one seed in each world. Only what is
// found is tried, and every run is of all pairs: a policy on a workload runs once per
// world. The worlds take the seeds of the replications in turn, so that chance can be
// told from a world: see results.Held.

// A trialWorlds is the runs of an experiment in drawn worlds.
type trialWorlds struct {
	p         *plan.Plan
	constants []compare.Constant // in which the worlds differ
	drawn     []plan.World
	found     []compare.Finding
	cells     [][2]int             // places of workload and policy, each that a finding is about
	values    map[[3]int][]float64 // primary metrics, by world and cell
}

// worlds tries what was found of the plan's pairs in worlds that are drawn.
func (cmd *compareCmd) worlds(c *console, p *plan.Plan, o *outcome.Outcome) error {
	t := newTrialWorlds(p, compare.Found(o.Set.Comparison()), o.Set)
	if len(t.drawn) == 0 {
		return nil
	}
	search, err := cmd.options("", p).Search(p, cmd.jobs())
	if err != nil {
		return err
	}
	defer search.Close()
	tell := startProgress(c.err, p.Name+": in other worlds", len(t.drawn)*len(t.cells), cmd.Quiet)
	failed, err := t.run(c.ctx, search, tell.step)
	tell.finish()
	if err != nil {
		return err
	}
	for _, text := range failed {
		o.Set.Warn(text)
	}
	o.Set.SetWorlds(&compare.Worlds{Constants: t.constants, Rows: t.rows(o.Set)})
	return nil
}

// newTrialWorlds says what is to be run: nothing, where nothing is found, or where no
// constant that is uncertain acts on any run that a finding is about.
func newTrialWorlds(p *plan.Plan, found []compare.Finding, as *compare.Set) *trialWorlds {
	t := &trialWorlds{p: p, values: map[[3]int][]float64{}}
	if p.Worlds == 0 {
		return t
	}
	pairs := p.Pairs()
	for _, f := range found {
		if !slices.Contains(pairs, answer.Pair{From: f.Against, To: f.Policy}) {
			continue
		}
		t.found = append(t.found, f)
		w, from, to := t.places(f)
		for _, cell := range [2][2]int{{w, from}, {w, to}} {
			if !slices.Contains(t.cells, cell) {
				t.cells = append(t.cells, cell)
			}
		}
	}
	t.constants = slices.DeleteFunc(p.Uncertain(), func(c compare.Constant) bool { return !t.acts(c, as) })
	if len(t.found) > 0 && len(t.constants) > 0 {
		t.drawn = p.Drawn(t.constants)
	}
	return t
}

// acts says whether a constant can matter: how machines boot does not where none is
// launched.
func (t *trialWorlds) acts(c compare.Constant, as *compare.Set) bool {
	return c.Column == "" || slices.ContainsFunc(t.cells, func(cell [2]int) bool {
		rows := as.Rows(cell[0], cell[1])
		return slices.ContainsFunc(rows, func(r results.Row) bool { return c.ActedIn(&r) })
	})
}

// places are those of a finding's workload and policies.
func (t *trialWorlds) places(f compare.Finding) (w, from, to int) {
	policy := func(name string) int {
		return slices.IndexFunc(t.p.Policies, func(p *plan.Policy) bool { return p.Name == name })
	}
	w = slices.IndexFunc(t.p.Scenarios, func(s *plan.Scenario) bool { return s.Name == f.Workload })
	return w, policy(f.Against), policy(f.Policy)
}

// replication is the one whose seed a world takes.
func (t *trialWorlds) replication(world int) int { return world % t.p.Seeds }

// run makes all runs, several at a time. A policy that fails in a world has no values
// there, and that is said.
func (t *trialWorlds) run(ctx context.Context, search *outcome.Search, done func()) (failed []string, err error) {
	type made struct {
		values []float64
		fault  string
	}
	runs := make([]made, len(t.drawn)*len(t.cells))
	group, running := errgroup.WithContext(ctx)
	for i := range runs {
		group.Go(func() error {
			defer done()
			world, cell := i/len(t.cells), t.cells[i%len(t.cells)]
			seed := t.p.Seed + uint64(t.replication(world))
			in := plan.Cell{Scenario: t.drawn[world].Scenarios[cell[0]], Policy: t.p.Policies[cell[1]]}
			values, err := search.Measure(running, in, seed, 1, t.p.Primary...)
			if f := (*outcome.Fault)(nil); errors.As(err, &f) {
				runs[i].fault = fmt.Sprintf("world %d: %v", world, err)
				return nil
			}
			if err == nil {
				runs[i].values = values[0]
			}
			return err
		})
	}
	if err := errors.Join(group.Wait(), ctx.Err()); err != nil {
		return nil, err
	}
	for i, r := range runs {
		cell := t.cells[i%len(t.cells)]
		t.values[[3]int{i / len(t.cells), cell[0], cell[1]}] = r.values
		if r.fault != "" {
			failed = append(failed, r.fault)
		}
	}
	return failed, nil
}

// rows are the differences that findings are about, world by world.
func (t *trialWorlds) rows(as *compare.Set) (out []compare.WorldRow) {
	for k := range t.drawn {
		replication := t.replication(k)
		for _, f := range t.found {
			w, from, to := t.places(f)
			was := as.Rows(w, to)[replication].Value(f.Metric) - as.Rows(w, from)[replication].Value(f.Metric)
			out = append(out, compare.WorldRow{
				World: k, Seed: t.p.Seed + uint64(replication), Workload: f.Workload, Policy: f.Policy, Against: f.Against, Metric: f.Metric,
				Diff: t.value(k, w, to, f.Metric) - t.value(k, w, from, f.Metric), AsIs: was, Values: t.drawn[k].Values[w],
			})
		}
	}
	return out
}

// value is a primary metric of a policy on a workload in a world.
func (t *trialWorlds) value(world, w, policy int, metric string) float64 {
	values := t.values[[3]int{world, w, policy}]
	i := slices.Index(t.p.Primary, metric)
	if values == nil || i < 0 {
		return math.NaN()
	}
	return values[i]
}
