package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"

	"golang.org/x/sync/errgroup"

	"cnv/experiments/outcome"
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
		climbs[i] = climb{made: search, cell: cells[i/p.Seeds], seed: p.Seed + uint64(i%p.Seeds), limit: limit, steps: map[int]results.LoadPoint{}}
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
	ends := make([][2]int, len(cells))
	for i := range cells {
		ends[i] = tried(of(i))
	}
	err = cmd.each(c.ctx, climbs, func(ctx context.Context, i int, s *climb) error {
		return s.fill(ctx, ends[i/p.Seeds])
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
		for step := ends[i][0]; step <= ends[i][1]; step++ {
			s.Points = append(s.Points, meanAt(of(i), step))
		}
		out = append(out, s)
	}
	return out, nil
}

// each does something with every climb, several at a time.
func (cmd *compareCmd) each(ctx context.Context, climbs []climb, do func(ctx context.Context, i int, s *climb) error) error {
	jobs := cmd.Jobs
	if jobs == 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	group, running := errgroup.WithContext(ctx)
	group.SetLimit(jobs)
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

// tried are the lowest and highest step that any seed has tried.
func tried(climbs []climb) [2]int {
	ends := [2]int{firstStep, firstStep}
	for i := range climbs {
		for step := range climbs[i].steps {
			ends = [2]int{min(ends[0], step), max(ends[1], step)}
		}
	}
	return ends
}

// meanAt is the mean over seeds at a step.
func meanAt(climbs []climb, step int) results.LoadPoint {
	mean, n := results.LoadPoint{Load: loadOf(float64(step)), N: len(climbs)}, float64(len(climbs))
	for i := range climbs {
		q := climbs[i].steps[step]
		mean.Miss, mean.P99, mean.Cost = mean.Miss+q.Miss/n, mean.P99+q.P99/n, mean.Cost+q.Cost/n
	}
	return mean
}

// A climb is the search of one policy under one seed.
type climb struct {
	made    *outcome.Search
	cell    plan.Cell
	seed    uint64
	limit   float64
	steps   map[int]results.LoadPoint
	highest float64 // 0: none, +Inf: all
}

// search climbs, and then closes in.
func (s *climb) search(ctx context.Context) error {
	step := firstStep
	within, err := s.try(ctx, step)
	for err == nil && within && step < highestStep {
		step++
		within, err = s.try(ctx, step)
	}
	if within { // at the highest step
		s.highest = math.Inf(1)
		return err
	}
	for low := false; err == nil && !low && step > lowestStep && step <= firstStep; {
		step--
		if low, err = s.try(ctx, step); low {
			step++
		}
	}
	if _, tried := s.steps[step-1]; err != nil || !tried {
		return err // nowhere
	}
	lo, hi := float64(step-1), float64(step)
	for range halvings {
		mid := (lo + hi) / 2
		q, err := s.point(ctx, loadOf(mid))
		if err != nil {
			return err
		}
		if q.Miss <= s.limit {
			lo = mid
		} else {
			hi = mid
		}
	}
	s.highest = loadOf((lo + hi) / 2)
	return nil
}

// fill runs at the steps between two that were not tried, for a whole curve.
func (s *climb) fill(ctx context.Context, ends [2]int) error {
	for step := ends[0]; step <= ends[1]; step++ {
		if _, done := s.steps[step]; done {
			continue
		}
		if _, err := s.try(ctx, step); err != nil {
			return err
		}
	}
	return nil
}

// try runs at a step and says whether the load is within the limit.
func (s *climb) try(ctx context.Context, step int) (bool, error) {
	q, err := s.point(ctx, loadOf(float64(step)))
	s.steps[step] = q
	return q.Miss <= s.limit, err
}

// point runs at a load.
func (s *climb) point(ctx context.Context, load float64) (results.LoadPoint, error) {
	cell, err := s.cell.AtLoad(load)
	if err != nil {
		return results.LoadPoint{}, fmt.Errorf("%s at %.3g times its load: %w", s.cell.Scenario.Name, load, err)
	}
	v, err := s.made.Measure(ctx, cell, s.seed, "miss_avoidable", "response_p99_s", "cost_per_1000_in_slo_usd")
	if err != nil {
		return results.LoadPoint{}, err
	}
	return results.LoadPoint{Load: load, N: 1, Miss: v[0], P99: v[1], Cost: v[2]}, nil
}
