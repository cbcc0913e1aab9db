package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/policy"
	"cnv/results/answer"
	"cnv/results/compare"
)

// Tuning: every policy may try as many choices of its parameters as any other, by
// random search over the ranges that they declare (Bergstra, Bengio 2012,
// jmlr.org/papers/v13/bergstra12a.html), on training runs: other seeds than those
// of the comparison and, where arrivals are recorded, the first half of their
// time. They race (see race.go). The comparison is on the second half.
const (
	trainingSeeds = 1_000_000 // how far they are from those of the file
	tunedSuffix   = " tuned"
)

// A trial is a policy with some parameters on the training runs.
type trial struct {
	of     int // policy
	n      int
	policy *plan.Policy
	values [][][]float64       // by scenario, by run, by part
	seen   []*compare.Searched // by scenario; all runs so far
	out    bool                // of the race
}

// tune chooses parameters for every policy and compares the policies of the
// file, as they are and tuned, on what tuning has not seen.
func (cmd *compareCmd) tune(c *console, name string, p *plan.Plan) error {
	train, err := cmd.training(name, p)
	if err != nil {
		return badInput{err}
	}
	goal := newGoal(train)
	trials, err := cmd.trials(c, train, goal)
	if err != nil {
		return err
	}
	found := &compare.Tuning{Metrics: goal.metrics}
	held, err := cmd.held(name, p, train, trials, goal, found)
	if err != nil {
		return err
	}
	set, err := cmd.runs(c, name, held)
	if err != nil {
		return err
	}
	defer set.Discard()
	set.Set.Tune(found)
	set.Set.Warn(fmt.Sprintf("tuned: up to %d trials of each policy for %s, on %d to %d training runs each (%s), compared on others",
		*cmd.Tune, goal, stages[0], stages[len(stages)-1], trainedOn(train)))
	for _, w := range found.Unsure() {
		set.Set.Warn(w)
	}
	if err := cmd.write(c, held, set); err != nil || cmd.Quiet || cmd.Format != "table" {
		return err
	}
	if found.TOML != "" {
		c.printf("\nTuned policies, to be pasted (tuned.toml)\n\n%s", found.TOML)
	}
	return nil
}

// training is the experiment that trials are made of.
func (cmd *compareCmd) training(name string, p *plan.Plan) (*plan.Plan, error) {
	e, err := findExperiment(name)
	if err != nil {
		return nil, err
	}
	seeds := stages[len(stages)-1]
	train, err := plan.Parse(e.File, e.Dir, e.Text, plan.Options{Seeds: &seeds, Slice: [2]float64{0, 0.5}})
	if err != nil {
		return nil, fmt.Errorf("in the half that policies are tuned on: %w", err)
	}
	train.Seed = p.Seed + trainingSeeds
	return train, nil
}

// trainedOn says what sets training runs apart from those that policies are compared on.
func trainedOn(train *plan.Plan) string {
	text := fmt.Sprintf("seeds from %d", train.Seed)
	if slices.ContainsFunc(train.Scenarios, func(s *plan.Scenario) bool { return s.Workload.Recorded() }) {
		text += ", and of what was recorded the first half of its time"
	}
	return text
}

// trials lets all trials of all policies race; the first of each is the policy as
// the file has it.
func (cmd *compareCmd) trials(c *console, train *plan.Plan, g *goal) ([]trial, error) {
	var out []trial
	for i, p := range train.Policies {
		out = append(out, trial{of: i, policy: p})
		draw := policy.NewRand(train.Seed, "tune "+p.Name, 0)
		tried := map[string]bool{p.Drawn(): true}
		for n := 1; n < *cmd.Tune; n++ {
			drawn := p.Draw(train.Scenarios, draw.At(uint64(n)))
			if drawn == nil {
				break // it has nothing to tune
			}
			if !tried[drawn.Drawn()] {
				tried[drawn.Drawn()] = true
				out = append(out, trial{of: i, n: n, policy: drawn})
			}
		}
	}
	search, err := cmd.options("", train).Search(train, cmd.jobs())
	if err != nil {
		return nil, err
	}
	defer search.Close()
	for _, runs := range stages {
		if err := cmd.stage(c, train, search, out, g, runs); err != nil {
			return nil, err
		}
		for i := range train.Policies {
			g.eliminate(of(out, i))
		}
	}
	cmd.tellFound(c, train.Name, search)
	return out, nil
}

// of are the trials of a policy.
func of(trials []trial, policy int) []*trial {
	var out []*trial
	for i := range trials {
		if trials[i].of == policy {
			out = append(out, &trials[i])
		}
	}
	return out
}

// stage runs all trials that are still in the race until they have so many runs on
// each scenario. Of a policy with only one left there is nothing to choose.
func (cmd *compareCmd) stage(c *console, train *plan.Plan, search *outcome.Search, trials []trial, g *goal, runs int) error {
	var racing []*trial
	for i := range train.Policies {
		left := slices.DeleteFunc(of(trials, i), func(t *trial) bool { return t.out })
		if len(left) > 1 || runs == stages[0] {
			racing = append(racing, left...)
		}
	}
	tell := startProgress(c.err, fmt.Sprintf("%s: tuning, %d runs of each", train.Name, runs), len(racing)*len(train.Scenarios), cmd.Quiet)
	group, ctx := errgroup.WithContext(c.ctx)
	for _, t := range racing {
		group.Go(func() error {
			return t.run(ctx, train, search, g, runs, tell.step)
		})
	}
	err := errors.Join(group.Wait(), c.ctx.Err())
	tell.finish()
	return err
}

// run adds runs until there are so many on each scenario. A warm-up is that of all
// runs of a cell, which are then asked for again.
func (t *trial) run(ctx context.Context, train *plan.Plan, search *outcome.Search, g *goal, runs int, done func()) error {
	if t.values == nil {
		t.values, t.seen = make([][][]float64, len(train.Scenarios)), make([]*compare.Searched, len(train.Scenarios))
	}
	for w, s := range train.Scenarios {
		have := t.values[w]
		if train.Steady {
			have = nil
		}
		more, err := search.Measure(ctx, plan.Cell{Scenario: s, Policy: t.policy}, train.Seed+uint64(len(have)), runs-len(have), g.parts...)
		if err != nil {
			return err
		}
		t.values[w] = append(have, more...)
		t.seen[w] = compare.NewSearched(outcome.Over(s.Workload.Made.Replicates), s.Workload.Made.Windows, g.parts, t.values[w])
		t.seen[w].Beyond = s.Workload.Made.Beyond
		done()
	}
	return nil
}

// tellFound says how many runs of a search were there already.
func (cmd *compareCmd) tellFound(c *console, name string, s *outcome.Search) {
	if n := s.Found(); n > 0 && !cmd.Quiet {
		fmt.Fprintf(c.err, "%s: %d runs of the search were there already (--fresh runs them again)\n", name, n)
	}
}

// held is the comparison on what was held out: the file with the tuned policies
// behind its own.
func (cmd *compareCmd) held(name string, p, train *plan.Plan, trials []trial, g *goal, found *compare.Tuning) (*plan.Plan, error) {
	e, err := findExperiment(name)
	if err != nil {
		return nil, badInput{err}
	}
	text := e.Text
	var pairs []answer.Pair
	for i, pol := range train.Policies {
		best := g.choose(of(trials, i))
		for _, t := range of(trials, i) {
			found.Trials = append(found.Trials, compare.Trial{
				Policy: pol.Name, N: t.n, Parameters: t.policy.Drawn(), Runs: t.seen[0].N(), Bounds: g.keeps(t, len(of(trials, i))), Scores: g.scores(t), Chosen: t == best,
			})
		}
		if best.n == 0 {
			pairs = append(pairs, answer.Pair{From: pol.Name, To: pol.Name})
			continue
		}
		block, err := best.policy.TOML(pol.Name + tunedSuffix)
		if err != nil {
			return nil, err
		}
		found.TOML += block
		pairs = append(pairs, answer.Pair{From: pol.Name, To: pol.Name + tunedSuffix})
	}
	held, err := plan.Parse(e.File, e.Dir, text+"\n"+found.TOML, plan.Options{Seeds: cmd.Seeds, Slice: [2]float64{0.5, 1}})
	if err != nil {
		return nil, badInput{fmt.Errorf("with the tuned policies, or in the half that they are judged on: %w", err)}
	}
	held.Tuned = pairs
	for _, q := range pairs {
		if q.From != q.To && !slices.ContainsFunc(held.Contrasts, func(c compare.Contrast) bool { return c.From == q.From && c.To == q.To }) {
			held.Contrasts = append(held.Contrasts, compare.Contrast{Name: "tuning of " + q.From, From: q.From, To: q.To})
		}
	}
	return held, nil
}
