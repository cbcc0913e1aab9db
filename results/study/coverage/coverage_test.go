package coverage

import (
	"math"
	"testing"

	"cnv/results/compare"
)

// TestTruth: M/M/1 has closed forms, and M/M/4 at 0.8 is in the tables.
func TestTruth(t *testing.T) {
	for _, rho := range []float64{0.5, 0.8, 0.95} {
		for _, mu := range []float64{1, 1.25} {
			got, rate := erlang(1, mu, rho), mu*(1-rho)
			if math.Abs(got.mean-1/rate) > 1e-9 || math.Abs(got.p99-math.Log(100)/rate) > 1e-6 {
				t.Errorf("M/M/1 at %v, speed %v: %+v", rho, mu, got)
			}
		}
	}
	if got := erlang(4, 1, 0.8); math.Abs(got.mean-1.7455) > 1e-3 {
		t.Errorf("M/M/4 at 0.8: mean response %v, want 1.7455 (Erlang C 0.5964)", got.mean)
	}
}

// TestLinesAreTheSimulators: the recursion and the simulator agree on every
// metric of response times where the router has no choice, to rounding; with lines of
// their own, chosen at random, on the mean to within chance (30,000 requests at
// 60 %: some 3 %).
func TestLinesAreTheSimulators(t *testing.T) {
	for _, c := range []struct {
		servers int
		within  [2]float64
	}{{1, [2]float64{1e-6, 1e-6}}, {4, [2]float64{1e-6, 0.1}}} {
		s := &system{requests: 30_000}
		s.erlang(c.servers, 0.6)
		if err := s.prepare(); err != nil {
			t.Fatal(err)
		}
		var rows [2][]compare.Compared
		for i := range rows {
			s.twin = i == 1
			var err error
			if rows[i], err = s.experiment(1, 2); err != nil {
				t.Fatal(err)
			}
		}
		for i := range rows[0] {
			a, b := &rows[0][i], &rows[1][i]
			within := c.within[len(a.Against)] // 1 for the second policy
			if (a.Metric == meanMetric || a.Metric == p99Metric) && math.Abs(a.Mean-b.Mean) > within*a.Mean {
				t.Errorf("%d servers, policy %s: %s is %v in the simulator, %v by recursion", c.servers, a.Policy, a.Metric, a.Mean, b.Mean)
			}
		}
	}
}

// TestCoverage repeats a small version, over seeds and over windows: of 80
// experiments whose intervals cover in 95 % of cases, fewer than 69 would be found
// once in two thousand times. Intervals that are half or twice as wide as they
// should be cover in 67 % and nearly always: such are found.
func TestCoverage(t *testing.T) {
	if testing.Short() {
		t.Skip("160 experiments")
	}
	const n, least = 80, 69
	for _, windows := range []bool{false, true} {
		s := &system{name: "M/M/1 ρ=0.3", requests: 2000, windows: windows}
		s.erlang(1, 0.3)
		if err := s.prepare(); err != nil {
			t.Fatal(err)
		}
		got, err := s.cover(n, 5, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		all := true
		for i, what := range []string{"mean", "99th percentile", "difference of means", "difference of percentiles"} {
			if k := got.covered[i]; got.n != n || k < least {
				t.Errorf("%s, windows %v: %d of %d intervals contain the truth, want at least %d", what, windows, k, got.n, least)
			}
			all = all && got.covered[i] == n
		}
		if all {
			t.Errorf("windows %v: all %d intervals contain the truth: they are too wide", windows, n)
		}
	}
}

// TestItself: a policy of the quickstart seldom differs from itself.
func TestItself(t *testing.T) {
	if testing.Short() {
		t.Skip("64 hours of the quickstart")
	}
	const n, most = 16, 4 // more than 4 of 16 once in a thousand times
	found, done, err := itself("../../../experiments/quickstart.toml", n, 2, 0)
	if err != nil {
		t.Fatal(err)
	}
	if done != n || found > most {
		t.Errorf("a policy differs from itself in %d of %d comparisons, want at most %d", found, done, most)
	}
}
