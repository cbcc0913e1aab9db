package main

import (
	"io"
	"math"
	"testing"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
)

// TestSaturationIsTheorys: before each of c servers of rate 1 that are chosen at
// random is an M/M/1 queue, where the share of requests that take longer than t,
// less those whose service does, is exp(-(1-ρ)t) - exp(-t). Where that is the
// limit is the highest load.
func TestSaturationIsTheorys(t *testing.T) {
	if testing.Short() {
		t.Skip("simulates for a minute; TestCurvesShareTheirLoads searches, too")
	}
	const text = `question = "How high can the load be?"
seeds = 8
slo = "5s"
[cluster]
instance = { cores = 1, speed = 1.0, usd_per_hour = 0.03 }
discipline = "fcfs"
initial = 4
max = 4
[[workload]]
generator = "poisson"
rate = 2
size = "exponential"
mean_work = "1s"
duration = "2h"
[[policy]]
router = "random"
`
	p, err := plan.Parse("x.toml", ".", text, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, limit := range []float64{0.02, 0.2} {
		all, err := (&compareCmd{Quiet: true, Fresh: true}).saturate(&console{ctx: t.Context(), err: io.Discard}, p, limit)
		if err != nil {
			t.Fatal(err)
		}
		load, low, high := all[0].Load()
		want := (1 + math.Log(limit+math.Exp(-5))/5) * 4 / all[0].Rate
		const four = 4 / 2.36 // standard deviations, in half intervals over 8 seeds
		if far := math.Abs(load - want); far > four*(high-low)/2 || far > 0.02*want && len(all[0].Doubts()) == 0 {
			t.Errorf("limit %v: %.4g times the load (%.4g to %.4g), theory says %.4g; doubts: %q", limit, load, low, high, want, all[0].Doubts())
		}
		points := all[0].Points
		for i := 1; i < len(points); i++ {
			if points[i].Load <= points[i-1].Load || points[i].Miss < points[i-1].Miss {
				t.Errorf("at load %v %v misses, at %v %v", points[i-1].Load, points[i-1].Miss, points[i].Load, points[i].Miss)
			}
		}
		climb := newClimb(openedSearch(t, p), p.Cells()[0], p, limit)
		there, err := climb.point(t.Context(), load)
		if err != nil || there.MissLow > limit || there.MissHigh < limit || math.Abs(there.Miss/limit-1) > 0.02 {
			t.Errorf("limit %v: at the load found %.4f miss (%.4f to %.4f), %v", limit, there.Miss, there.MissLow, there.MissHigh, err)
		}
	}
}

// openedSearch is a search that keeps nothing.
func openedSearch(t *testing.T, p *plan.Plan) *outcome.Search {
	t.Helper()
	s, err := outcome.Options{Fresh: true}.Search(p, 2)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestCurvesShareTheirLoads: of two policies, of which one keeps the SLO at a
// third of the load of the other, both curves begin at the same load, reach the
// file's own, and are finer where they saturate.
func TestCurvesShareTheirLoads(t *testing.T) {
	const text = `question = "How high can the load be?"
seeds = 2
slo = "5s"
[cluster]
instance = { cores = 1, speed = 1.0, usd_per_hour = 0.03 }
discipline = "fcfs"
max = 12
[[workload]]
generator = "poisson"
rate = 8
size = "exponential"
mean_work = "1s"
duration = "15m"
[[policy]]
name = "four"
router = "jsq"
initial = 4
[[policy]]
name = "twelve"
router = "jsq"
initial = 12
`
	p, err := plan.Parse("x.toml", ".", text, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	all, err := (&compareCmd{Quiet: true, Fresh: true}).saturate(&console{ctx: t.Context(), err: io.Discard}, p, 0.01)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := all[0].Points[0].Load, all[1].Points[0].Load; a != b {
		t.Errorf("curves begin at load %v and %v", a, b)
	}
	for _, s := range all {
		near := 0
		mean, _, _ := s.Load()
		for _, q := range s.Points {
			if math.Abs(math.Log2(q.Load/mean)) < 0.5 {
				near++
			}
		}
		if last := s.Points[len(s.Points)-1].Load; last < 1 || near < 4 {
			t.Errorf("%s, up to load %.3g: its curve ends at %.3g, with %d points within a factor of √2", s.Policy, mean, last, near)
		}
	}
}
