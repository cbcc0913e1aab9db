package main

import (
	"math"
	"testing"
)

// TestTruth: M/M/1 has closed forms, and M/M/4 at 0.8 is in the tables.
func TestTruth(t *testing.T) {
	for _, q := range queues() {
		if q.c == 1 {
			if rate := 1 - q.rho; math.Abs(q.mean-1/rate) > 1e-9 || math.Abs(q.p99-math.Log(100)/rate) > 1e-6 {
				t.Errorf("%s: mean %v, 99th percentile %v", q.name, q.mean, q.p99)
			}
		}
	}
	q := queue{c: 4, rho: 0.8}
	if q.solve(); math.Abs(q.mean-1.7455) > 1e-3 {
		t.Errorf("M/M/4 at 0.8: mean response %v, want 1.7455 (Erlang C 0.5964)", q.mean)
	}
}

// TestCoverage repeats a small version: of 150 experiments whose intervals
// cover in 95 % of cases, fewer than 132 or all of them would be found once in
// a thousand times.
func TestCoverage(t *testing.T) {
	if testing.Short() {
		t.Skip("150 experiments")
	}
	q := queue{name: "M/M/1", c: 1, rho: 0.5}
	q.solve()
	mean, _, err := cover(q, 150, 5, 4000)
	if err != nil {
		t.Fatal(err)
	}
	if n := math.Round(mean * 150); n < 132 || n > 149 {
		t.Errorf("%v of 150 intervals contain the truth", n)
	}
	differ, err := itself(150, 5, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if n := math.Round(differ * 150); n > 18 {
		t.Errorf("a policy differs from itself in %v of 150 comparisons", n)
	}
}
