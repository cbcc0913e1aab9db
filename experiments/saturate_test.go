package main

import (
	"io"
	"math"
	"testing"

	"cnv/experiments/plan"
)

// TestSaturationIsTheorys: before each of c servers of rate 1 that are chosen at
// random is an M/M/1 queue, where the share of requests that take longer than t,
// less those whose service does, is exp(-(1-ρ)t) - exp(-t). Where that is the
// limit is the highest load.
func TestSaturationIsTheorys(t *testing.T) {
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
duration = "4h"
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
		sum, squares, n := 0.0, 0.0, float64(len(all[0].Loads))
		for _, x := range all[0].Loads {
			v := math.Log(x * all[0].Rate)
			sum, squares = sum+v, squares+v*v
		}
		mean := sum / n
		deviation := math.Sqrt((squares - n*mean*mean) / (n - 1) / n)
		want := 4 * (1 + math.Log(limit+math.Exp(-5))/5)
		if far := math.Abs(mean - math.Log(want)); far > 4*deviation+0.011 { // what bisection leaves
			t.Errorf("limit %v: %.4g requests/s, theory says %.4g; standard error %.2g of it", limit, math.Exp(mean), want, deviation)
		}
		points := all[0].Points
		for i := 1; i < len(points); i++ {
			if points[i].Load <= points[i-1].Load || points[i].Miss < points[i-1].Miss {
				t.Errorf("at load %v %v misses, at %v %v", points[i-1].Load, points[i-1].Miss, points[i].Load, points[i].Miss)
			}
		}
	}
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
		mean, near := math.Sqrt(s.Loads[0]*s.Loads[1]), 0
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
