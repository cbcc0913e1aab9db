package main

import (
	"context"
	"errors"
	"math"

	"golang.org/x/sync/errgroup"

	"cnv/experiments/plan"
	"cnv/results"
)

// The search for the highest load: powers of √2 are tried from a quarter of the
// file's load on, upwards while the policy keeps the SLO, downwards if it does not; then the
// interval between the last two is halved.
const (
	firstStep   = -4  // 1/4
	lowestStep  = -12 // 1/64
	highestStep = 8   // 16
	halvings    = 5   // an interval of √2 becomes one of 1.1 %
)

// beyond is how many steps above its highest load a policy's curve goes, at
// most to where those of others end, and to the file's own load in any case.
const beyond = 2

// resolution is how far, in logarithms, what was found may be from the load
// that it stands for.
var resolution = math.Log(loadOf(1)) / (2 << halvings)

// loadOf is the load of a step.
func loadOf(step float64) float64 { return math.Exp2(step / 2) }

// saturate finds, for every policy on every workload and for every seed, the
// highest load at which the share of avoidable misses is at most a limit.
func (cmd *compareCmd) saturate(c *console, p *plan.Plan, limit float64) ([]results.Saturation, error) {
	search, err := cmd.options("", p).Search(p.Name)
	if err != nil {
		return nil, err
	}
	defer search.Close()
	cells := p.Cells()
	climbs := make([]climb, len(cells)*p.Seeds)
	for i := range climbs {
		climbs[i] = climb{made: search, cell: cells[i/p.Seeds], seed: p.Seed + uint64(i%p.Seeds), limit: limit, points: map[float64]results.LoadPoint{}}
	}
	of := func(i int) []climb { return climbs[i*p.Seeds : (i+1)*p.Seeds] }
	tell := startProgress(c.err, p.Name+": highest load", len(climbs), cmd.Quiet)
	err = cmd.each(c.ctx, climbs, func(ctx context.Context, _ int, s *climb) error {
		defer tell.step()
		return s.search(ctx)
	})
	tell.finish()
	if err != nil {
		return nil, err
	}
	grids := make([][]float64, len(cells))
	for i, cell := range cells {
		var others []climb
		for k := range cells {
			if cells[k].Scenario.Name == cell.Scenario.Name {
				others = append(others, of(k)...)
			}
		}
		grids[i] = grid(of(i), others)
	}
	err = cmd.each(c.ctx, climbs, func(ctx context.Context, i int, s *climb) error {
		return s.fill(ctx, grids[i/p.Seeds])
	})
	if err != nil {
		return nil, err
	}
	cmd.tellFound(c, p.Name, search)
	var out []results.Saturation
	for i, cell := range cells {
		s := results.Saturation{Workload: cell.Scenario.Name, Policy: cell.Policy.Name, Rate: cell.Scenario.Workload.Made.Rate, Limit: limit, Resolution: resolution}
		for _, x := range of(i) {
			s.Loads = append(s.Loads, x.highest)
		}
		for _, step := range grids[i] {
			if q, ok := meanAt(of(i), step); ok {
				s.Points = append(s.Points, q)
			}
		}
		out = append(out, s)
	}
	return out, nil
}

// each does something with every climb, several at a time.
func (cmd *compareCmd) each(ctx context.Context, climbs []climb, do func(ctx context.Context, i int, s *climb) error) error {
	group, running := errgroup.WithContext(ctx)
	group.SetLimit(cmd.jobs())
	for i := range climbs {
		if running.Err() != nil {
			break // one has failed, or somebody has lost patience
		}
		group.Go(func() error {
			return do(running, i, &climbs[i])
		})
	}
	return errors.Join(group.Wait(), ctx.Err())
}

// tried are the lowest and highest whole step of any climb.
func tried(climbs []climb) (low, high float64) {
	low, high = firstStep, firstStep
	for i := range climbs {
		for step := range climbs[i].points {
			low, high = min(low, math.Floor(step)), max(high, math.Ceil(step))
		}
	}
	return low, high
}

// grid are the steps of a policy's curve, of which climbs are the searches and
// others those of all policies on the same workload: the whole ones from the
// lowest that any of them has tried on, and quarters where it saturates.
func grid(climbs, others []climb) []float64 {
	low, end := tried(others)
	_, own := tried(climbs)
	end = max(min(end, own+beyond), 0)
	mean := 0.0 // of the highest, in steps; not finite where a search has no end
	for i := range climbs {
		mean += 2 * math.Log2(climbs[i].highest) / float64(len(climbs))
	}
	var steps []float64
	for step := low; step <= end; step++ {
		steps = append(steps, step)
		if step < end && step == math.Floor(mean) {
			steps = append(steps, step+0.25, step+0.5, step+0.75)
		}
	}
	return steps
}

// meanAt is the mean over seeds at a step, if all have met it.
func meanAt(climbs []climb, step float64) (mean results.LoadPoint, all bool) {
	mean, n := results.LoadPoint{Load: loadOf(step), N: len(climbs)}, float64(len(climbs))
	for i := range climbs {
		q, ok := climbs[i].points[step]
		if !ok {
			return mean, false
		}
		mean.Miss, mean.P99, mean.Cost = mean.Miss+q.Miss/n, mean.P99+q.P99/n, mean.Cost+q.Cost/n
	}
	return mean, true
}
