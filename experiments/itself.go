package main

import (
	"context"

	"golang.org/x/sync/errgroup"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/results"
)

// recordings runs every policy once on each recording as it is, where replications
// are resamples of it. Of shards, the first does.
func (cmd *compareCmd) recordings(c *console, p *plan.Plan, o *outcome.Outcome) error {
	if cmd.part.i > 1 {
		return nil
	}
	search, err := cmd.options("", p).Search(p, cmd.jobs())
	if err != nil {
		return err
	}
	defer search.Close()
	group, running := errgroup.WithContext(c.ctx)
	group.SetLimit(cmd.jobs())
	for w, s := range p.Scenarios {
		for pol := range p.Policies {
			cell, ok := plan.Cell{Scenario: s, Policy: p.Policies[pol]}.AsRecorded()
			if !ok || running.Err() != nil {
				continue
			}
			group.Go(func() error {
				values, err := search.Measure(running, cell, p.Seed, 1, results.MetricNames()...)
				if err == nil {
					o.Set.Recorded(w, pol, values[0])
				}
				return err
			})
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return context.Cause(c.ctx)
}
