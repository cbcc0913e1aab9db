package main

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/results/compare"
)

// A climb is the search of one policy on one workload. All replications are run at
// each load, with the same draws.
type climb struct {
	made   *outcome.Search
	cell   plan.Cell
	first  uint64 // seed
	n      int    // replications
	missed string // metric
	limit  float64
	points map[float64]compare.LoadPoint // what was run, by step
	top    float64                       // step of the highest load; infinite without one
	halves *compare.Halves
}

// search climbs, and then closes in.
func (s *climb) search(ctx context.Context) error {
	lo, err := s.start(ctx)
	if err != nil || math.IsInf(lo, -1) {
		s.top = lo
		return err
	}
	hi := lo + 1
	for ; hi <= highestStep; hi++ {
		within, err := s.try(ctx, hi)
		if err != nil {
			return err
		}
		if !within {
			break
		}
		lo = hi
	}
	if hi > highestStep {
		s.top = math.Inf(1)
		return nil
	}
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
	s.top = (lo + hi) / 2
	return s.look(ctx)
}

// start is a step within the limit: the first, else the next below that is, else the
// next above; -Inf: none.
func (s *climb) start(ctx context.Context) (float64, error) {
	try := func(from, to, by float64) (float64, bool, error) {
		for step := from; step != to+by; step += by {
			if within, err := s.try(ctx, step); err != nil || within {
				return step, within, err
			}
		}
		return 0, false, nil
	}
	if step, within, err := try(firstStep, lowestStep, -1); err != nil || within {
		return step, err
	}
	if step, within, err := try(firstStep+1, likelyStep, 1); err != nil || within {
		return step, err
	}
	return math.Inf(-1), nil
}

// look compares the halves of runs at the highest load.
func (s *climb) look(ctx context.Context) error {
	cell, err := s.at(loadOf(s.top))
	if err != nil {
		return err
	}
	s.halves, err = s.made.Halves(ctx, cell, s.first, s.n)
	return err
}

// grid are the steps of a policy's curve, of which others are the searches of all
// policies on the same workload: the whole ones from the lowest that any of them has
// tried on, and quarters where it saturates.
func (s *climb) grid(others []climb) []float64 {
	low, end := tried(others)
	_, own := tried([]climb{*s})
	end = max(min(end, own+beyond), 0)
	var steps []float64
	for step := low; step <= end; step++ {
		steps = append(steps, step)
		if step < end && math.Abs(step+0.5-s.top) <= 1 {
			steps = append(steps, step+0.25, step+0.5, step+0.75)
		}
	}
	return steps
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

// bound goes on, where the interval of the highest load has no upper end, to loads above
// all others, until misses are surely above the limit; where it has no lower end, to loads
// below all others, until they are surely within it.
func (s *climb) bound(ctx context.Context) error {
	steps := slices.Sorted(maps.Keys(s.points))
	above, below := steps[len(steps)-1], steps[0]
	for _, by := range further {
		found := s.saturation()
		_, low, high := found.Load()
		if math.IsInf(high, 1) {
			above = min(above+by, highestStep)
			if _, err := s.try(ctx, above); err != nil {
				return err
			}
		}
		if low == 0 {
			below = max(below-by, lowestStep)
			if _, err := s.try(ctx, below); err != nil {
				return err
			}
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

// at is the cell at a load.
func (s *climb) at(load float64) (plan.Cell, error) {
	cell, err := s.cell.AtLoad(load)
	if err != nil {
		return cell, fmt.Errorf("%s at %.3g times its load: %w", s.cell.Scenario.Name, load, err)
	}
	return cell, nil
}

// point runs at a load.
func (s *climb) point(ctx context.Context, load float64) (compare.LoadPoint, error) {
	cell, err := s.at(load)
	if err != nil {
		return compare.LoadPoint{}, err
	}
	names := compare.Parts(s.missed, "response_p99_s", "cost_per_1000_in_slo_usd")
	runs, err := s.made.Measure(ctx, cell, s.first, s.n, names...)
	if err != nil {
		return compare.LoadPoint{}, err
	}
	over, windows := s.replicated()
	seen := compare.NewSearched(over, windows, names, runs)
	seen.Beyond = cell.Scenario.Workload.Made.Beyond
	return compare.NewLoadPoint(load, seen, s.missed), nil
}

// replicated says what replications differ in, and how many windows a recording has.
func (s *climb) replicated() (over string, windows int) {
	made := s.cell.Scenario.Workload.Made
	return outcome.Over(made.Replicates), made.Windows
}

// saturation is what was found.
func (s *climb) saturation() compare.Saturation {
	over, windows := s.replicated()
	out := compare.NewSaturation(s.cell.Scenario.Name, s.cell.Policy.Name, s.cell.Scenario.Workload.Made.Rate, s.limit, over, windows)
	for _, step := range slices.Sorted(maps.Keys(s.points)) {
		out.Points = append(out.Points, s.points[step])
	}
	out.Halves = s.halves
	return out
}
