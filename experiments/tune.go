package main

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/policy"
	"cnv/results"
)

// Tuning: every policy may try as many choices of its parameters as any other, by
// random search over the ranges that they declare (Bergstra, Bengio 2012,
// jmlr.org/papers/v13/bergstra12a.html), on training runs: other seeds than those
// of the comparison and, where arrivals are recorded, the first half of their
// time. The comparison is on the second half.
const (
	trainingSeeds = 1_000_000 // how far they are from those of the file
	mostTraining  = 5         // replications of a trial
	tunedSuffix   = " tuned"
	// fewMisses are as good as none: else the best of trials are those that
	// spend ten times as much to avoid the last of them.
	fewMisses = 0.01
)

// A trial is a policy with some parameters on the training runs.
type trial struct {
	of     int // policy
	n      int
	policy *plan.Policy
	runs   [][]float64 // by run, by metric
	scores []float64
}

// tune chooses parameters for every policy and compares the policies of the
// file, as they are and tuned, on what tuning has not seen.
func (cmd *compareCmd) tune(c *console, name string, p *plan.Plan) error {
	train, err := cmd.training(name, p)
	if err != nil {
		return badInput{err}
	}
	metrics := train.Primary
	if len(metrics) == 0 {
		metrics = []string{"miss_avoidable", "cost_per_1000_in_slo_usd"}
	}
	trials, err := cmd.trials(c, train, metrics)
	if err != nil {
		return err
	}
	found := &results.Tuning{Metrics: metrics}
	held, err := cmd.held(name, p, train, trials, found)
	if err != nil {
		return err
	}
	set, err := cmd.runs(c, name, held)
	if err != nil {
		return err
	}
	defer set.Discard()
	set.Set.Tune(found)
	set.Set.Warn(fmt.Sprintf("tuned: %d trials of each policy on %s of its own (seeds from %d, the first half of recorded time), compared on others; up to %v %% avoidable misses count as none",
		*cmd.Tune, plural(train.Seeds, "replication"), train.Seed, 100*fewMisses))
	if err := set.Finish(c.out); err != nil || cmd.Quiet || cmd.Format != "table" {
		return err
	}
	if found.TOML != "" {
		c.printf("\nTuned policies, to be pasted (tuned.toml)\n\n%s", found.TOML)
	}
	return nil
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// training is the experiment that trials are made of.
func (cmd *compareCmd) training(name string, p *plan.Plan) (*plan.Plan, error) {
	e, err := findExperiment(name)
	if err != nil {
		return nil, err
	}
	seeds := min(max(p.Seeds/2, 1), mostTraining)
	train, err := plan.Parse(e.File, e.Dir, e.Text, plan.Options{Seeds: &seeds, Slice: [2]float64{0, 0.5}})
	if err != nil {
		return nil, fmt.Errorf("in the half that policies are tuned on: %w", err)
	}
	train.Seed = p.Seed + trainingSeeds
	return train, nil
}

// trials runs all trials of all policies; the first of each is the policy as
// the file has it.
func (cmd *compareCmd) trials(c *console, train *plan.Plan, metrics []string) ([]trial, error) {
	var out []trial
	for i, p := range train.Policies {
		out = append(out, trial{of: i, policy: p})
		draw := policy.NewRand(train.Seed, "tune "+p.Name, 0)
		for n := 1; n < *cmd.Tune; n++ {
			drawn := p.Draw(train.Scenarios, draw.At(uint64(n)))
			if drawn == nil {
				break // it has nothing to tune
			}
			out = append(out, trial{of: i, n: n, policy: drawn})
		}
	}
	search, err := cmd.options("", train).Search(train.Name)
	if err != nil {
		return nil, err
	}
	defer search.Close()
	perTrial := len(train.Scenarios) * train.Seeds
	for i := range out {
		out[i].runs = make([][]float64, perTrial)
	}
	tell := startProgress(c.err, train.Name+": tuning", len(out)*perTrial, cmd.Quiet)
	group, ctx := errgroup.WithContext(c.ctx)
	group.SetLimit(cmp.Or(cmd.Jobs, runtime.GOMAXPROCS(0)))
	for k := range len(out) * perTrial {
		if ctx.Err() != nil {
			break
		}
		group.Go(func() error {
			defer tell.step()
			t, run := &out[k/perTrial], k%perTrial
			cell := plan.Cell{Scenario: train.Scenarios[run/train.Seeds], Policy: t.policy}
			v, err := search.Measure(ctx, cell, train.Seed+uint64(run%train.Seeds), metrics...)
			t.runs[run] = v
			return err
		})
	}
	err = errors.Join(group.Wait(), c.ctx.Err())
	tell.finish()
	cmd.tellFound(c, train.Name, search)
	for i := range out {
		out[i].score(len(metrics))
	}
	return out, err
}

// tellFound says how many runs of a search were there already.
func (cmd *compareCmd) tellFound(c *console, name string, s *outcome.Search) {
	if n := s.Found(); n > 0 && !cmd.Quiet {
		fmt.Fprintf(c.err, "%s: %d runs of the search were there already (--fresh runs them again)\n", name, n)
	}
}

// score is the mean of every metric over the runs.
func (t *trial) score(metrics int) {
	t.scores = make([]float64, metrics)
	for _, run := range t.runs {
		for i, v := range run {
			t.scores[i] += v / float64(len(t.runs))
		}
	}
}

// better says whether t is better than u: by the first metric in which they
// differ, where few misses are none. What has no value is worst.
func (t *trial) better(u *trial, metrics []string) bool {
	for i, m := range metrics {
		a, b := t.scores[i], u.scores[i]
		if m == "miss_avoidable" {
			a, b = max(a, fewMisses), max(b, fewMisses)
		}
		if !results.LessIsBetter(m) {
			a, b = -a, -b
		}
		switch {
		case a == b || math.IsNaN(a) && math.IsNaN(b):
		case math.IsNaN(b):
			return true
		default:
			return a < b
		}
	}
	return false
}

// held is the comparison on what was held out: the file with the tuned policies
// behind its own.
func (cmd *compareCmd) held(name string, p, train *plan.Plan, trials []trial, found *results.Tuning) (*plan.Plan, error) {
	e, err := findExperiment(name)
	if err != nil {
		return nil, badInput{err}
	}
	text := e.Text
	var pairs []results.Pair
	for i, pol := range train.Policies {
		best := chosen(trials, i, found.Metrics)
		for k := range trials {
			if t := &trials[k]; t.of == i {
				found.Trials = append(found.Trials, results.Trial{Policy: pol.Name, N: t.n, Parameters: t.policy.Drawn(), Scores: t.scores, Chosen: t == best})
			}
		}
		if best.n == 0 {
			pairs = append(pairs, results.Pair{From: pol.Name, To: pol.Name})
			continue
		}
		block, err := best.policy.TOML(pol.Name + tunedSuffix)
		if err != nil {
			return nil, err
		}
		found.TOML += block
		pairs = append(pairs, results.Pair{From: pol.Name, To: pol.Name + tunedSuffix})
	}
	held, err := plan.Parse(e.File, e.Dir, text+"\n"+found.TOML, plan.Options{Seeds: cmd.Seeds, Slice: [2]float64{0.5, 1}})
	if err != nil {
		return nil, badInput{fmt.Errorf("with the tuned policies, or in the half that they are judged on: %w", err)}
	}
	held.Tuned = pairs
	for _, q := range pairs {
		if q.From != q.To && !slices.ContainsFunc(held.Contrasts, func(c results.Contrast) bool { return c.From == q.From && c.To == q.To }) {
			held.Contrasts = append(held.Contrasts, results.Contrast{Name: "tuning of " + q.From, From: q.From, To: q.To})
		}
	}
	return held, nil
}

// chosen is the best trial of a policy, the earliest of equals.
func chosen(trials []trial, of int, metrics []string) *trial {
	var best *trial
	for k := range trials {
		if t := &trials[k]; t.of == of && (best == nil || t.better(best, metrics)) {
			best = t
		}
	}
	return best
}
