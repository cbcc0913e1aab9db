package main

import (
	"context"
	"fmt"
	"math"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/results"
)

// A climb is the search of one policy under one seed.
type climb struct {
	made    *outcome.Search
	cell    plan.Cell
	seed    uint64
	limit   float64
	points  map[float64]results.LoadPoint // what was run, by step
	highest float64                       // 0: none, +Inf: all
}

// search climbs, and then closes in.
func (s *climb) search(ctx context.Context) error {
	step := float64(firstStep)
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
	if _, tried := s.points[step-1]; err != nil || !tried {
		return err // nowhere
	}
	lo, hi := step-1, step
	for range halvings {
		mid := (lo + hi) / 2
		within, err := s.try(ctx, mid)
		if err != nil {
			return err
		}
		if within {
			lo = mid
		} else {
			hi = mid
		}
	}
	s.highest = loadOf((lo + hi) / 2)
	return nil
}

// fill runs at those of some ascending steps that were not tried, for a whole
// curve. Above the search it ends where the percentile has no end: it has none
// at higher loads either.
func (s *climb) fill(ctx context.Context, steps []float64) error {
	_, searched := tried([]climb{*s})
	for _, step := range steps {
		if _, err := s.try(ctx, step); err != nil {
			return err
		}
		if step >= searched && math.IsInf(s.points[step].P99, 1) {
			return nil
		}
	}
	return nil
}

// try runs at a step, once, and says whether the load is within the limit.
func (s *climb) try(ctx context.Context, step float64) (bool, error) {
	q, done := s.points[step]
	if !done {
		var err error
		if q, err = s.point(ctx, loadOf(step)); err != nil {
			return false, err
		}
		s.points[step] = q
	}
	return q.Miss <= s.limit, nil
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
