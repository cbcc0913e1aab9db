package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/live/journals"
	"cnv/policy/journal"
	"cnv/results"
)

// jobs is how many runs go on at once.
func (cmd *compareCmd) jobs() int {
	if cmd.Jobs > 0 {
		return cmd.Jobs
	}
	return runtime.GOMAXPROCS(0)
}

// runAll simulates every run, several at a time. What the set holds in the
// end does not depend on how many.
func (cmd *compareCmd) runAll(ctx context.Context, p *plan.Plan, o *outcome.Outcome, tell *progress, say func(format string, args ...any)) error {
	group, running := errgroup.WithContext(ctx)
	group.SetLimit(cmd.jobs())
	again := newRepeats(p)
	n := 0
	for w := range p.Scenarios {
		for pol := range p.Policies {
			for replication := range p.SeedsOf(w) {
				if running.Err() != nil {
					break // a run has failed, or somebody has lost patience
				}
				if !cmd.mine(n) {
					n++
					continue
				}
				n++
				group.Go(func() error {
					defer tell.step()
					if o.Kept(w, pol, replication, p.Seed+uint64(replication)) || cmd.merge {
						return nil
					}
					return cmd.runOne(running, p, o, again, tell, w, pol, replication)
				})
			}
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if text := again.unchecked(); text != "" && !cmd.merge {
		say("%s: %s\n", p.Name, text)
	}
	if err := again.run(ctx, o, cmd.jobs()); err != nil {
		return err
	}
	if o.Judge(); cmd.part.of > 1 {
		return o.Verdict()
	}
	if missing := o.Set.Missing(); cmd.merge && len(missing) > 0 && ctx.Err() == nil {
		return errMissing(missing, o.KeptIn())
	}
	return ctx.Err()
}

// runOne simulates one run and adds it to the set. A policy that cannot be relied on
// makes its numbers void, and no other's.
func (cmd *compareCmd) runOne(ctx context.Context, p *plan.Plan, o *outcome.Outcome, again *repeats, tell *progress, w, pol, replication int) error {
	cell := plan.Cell{Scenario: p.Scenarios[w], Policy: p.Policies[pol]}
	seed := p.Seed + uint64(replication)
	if o.Stuck(w, pol, seed) {
		return nil
	}
	again.begins(pol)
	began := time.Now()
	rec, err := o.Set.Open(w, pol, replication, seed, cell.Classes())
	if err != nil {
		return err
	}
	under := tell.begin(cell.Scenario.Workload.Made.Span)
	defer tell.end(under)
	var row results.Row
	if cmd.Journal {
		row, err = journalled(ctx, p, cell, seed, rec, o.Journal(w, pol, seed), &under.now)
	} else {
		row, err = outcome.Simulate(ctx, cell, seed, rec, nil, &under.now)
	}
	if f := (*outcome.Fault)(nil); errors.As(err, &f) {
		o.Blame(w, pol, f)
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s / %s, seed %d: %w", cell.Scenario.Name, cell.Policy.Name, seed, err)
	}
	again.ran(w, pol, replication, time.Since(began), row)
	return o.Add(w, pol, seed, rec, row)
}

// journalled is a run that keeps a journal.
func journalled(ctx context.Context, p *plan.Plan, cell plan.Cell, seed uint64, rec *results.Run, dir string, seen *atomic.Int64) (results.Row, error) {
	cfg := cell.Config(seed)
	j, err := journals.Create(dir, journal.Header{
		Build: outcome.BuildStrings(), Experiment: p.Text, Policy: cell.Policy.Name, Workload: cell.Scenario.Name,
		Seed: seed, Config: journal.Settings(cfg.ControlPlane()),
	}, journals.Options{Wait: true})
	if err != nil {
		return results.Row{}, err
	}
	row, err := outcome.Simulate(ctx, cell, seed, rec, j, seen)
	if closed := j.Close(); err == nil {
		err = closed
	}
	return row, err
}
