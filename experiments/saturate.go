package main

import (
	"context"
	"errors"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/results/compare"
)

// The search for the highest load: powers of √2 are tried from a quarter of the
// file's load on, upwards while the policy keeps the SLO in all replications together,
// downwards if it does not; then the interval between the last two is halved.
const (
	firstStep   = -4  // 1/4
	lowestStep  = -12 // 1/64
	highestStep = 8   // 16
	halvings    = 5   // an interval of √2 becomes one of 1.1 %
	// likelyStep is up to where a policy that misses too much at low loads (of idle
	// functions, for instance) is looked for a load that it keeps.
	likelyStep = 2
)

// beyond is how many steps above its highest load a policy's curve goes, at
// most to where those of others end, and to the file's own load in any case.
const beyond = 2

// further is by how many steps each try goes on where the interval of a highest load has
// no end among the loads that were tried. The tries are few: where misses differ much
// between replications there may be no load with that end.
var further = []float64{0.25, 0.5, 1, 2}

// loadOf is the load of a step.
func loadOf(step float64) float64 { return math.Exp2(step / 2) }

// saturate finds, for every policy on every workload, the highest load at which the
// share of avoidable misses of all replications together is at most a limit.
func (cmd *compareCmd) saturate(c *console, p *plan.Plan, limit float64) ([]compare.Saturation, error) {
	search, err := cmd.options("", p).Search(p, cmd.jobs())
	if err != nil {
		return nil, err
	}
	defer search.Close()
	cells := p.Cells()
	climbs := make([]climb, len(cells))
	for i := range climbs {
		climbs[i] = newClimb(search, cells[i], p, limit)
	}
	tell := startProgress(c.err, p.Name+": highest load", len(climbs), cmd.Quiet)
	err = each(c.ctx, climbs, func(ctx context.Context, s *climb) error {
		defer tell.step()
		return s.search(ctx)
	})
	tell.finish()
	if err != nil {
		return nil, err
	}
	grids := map[*climb][]float64{} // made before any curve is filled
	for i := range climbs {
		grids[&climbs[i]] = climbs[i].grid(slices.DeleteFunc(slices.Clone(climbs), func(o climb) bool { return o.cell.Scenario.Name != cells[i].Scenario.Name }))
	}
	err = each(c.ctx, climbs, func(ctx context.Context, s *climb) error {
		if err := s.fill(ctx, grids[s]); err != nil {
			return err
		}
		return s.bound(ctx)
	})
	if err != nil {
		return nil, err
	}
	cmd.tellFound(c, p.Name, search)
	var out []compare.Saturation
	for i := range climbs {
		out = append(out, climbs[i].saturation())
	}
	return out, nil
}

// each does something with every climb, all at a time: a search makes as many runs at
// once as there is room for.
func each(ctx context.Context, climbs []climb, do func(ctx context.Context, s *climb) error) error {
	group, running := errgroup.WithContext(ctx)
	for i := range climbs {
		group.Go(func() error { return do(running, &climbs[i]) })
	}
	return errors.Join(group.Wait(), ctx.Err())
}

// newClimb is the search of a cell, before its first run.
func newClimb(search *outcome.Search, cell plan.Cell, p *plan.Plan, limit float64) climb {
	missed := "miss_avoidable"
	if p.Steady {
		missed = "steady_miss_avoidable"
	}
	return climb{made: search, cell: cell, first: p.Seed, n: p.Seeds, missed: missed, limit: limit, points: map[float64]compare.LoadPoint{}}
}
