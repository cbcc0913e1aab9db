package main

import (
	"io"
	"math"
	"strings"
	"testing"

	"cnv/experiments/plan"
)

// queueTOML is M/M/n: what knows all work gives each request to the worker that is
// free first, and the scaler keeps n of them.
const queueTOML = `question = "How many servers?"
seeds = 4
slo = "3s"
TOP
[cluster]
instance = { cores = 1, speed = 1.0, usd_per_hour = 0.03 }
discipline = "fcfs"
initial = 9
min = 4
max = 12
[[workload]]
generator = "poisson"
rate = 4
size = "exponential"
mean_work = "1s"
duration = "30m"
[[policy]]
router = "leastwork"
estimator = "exact"
scaler = "fixed"
`

// missOf is the share of requests of an M/M/c queue that take longer than t though
// their service does not: by Erlang C, service of mean 1 s.
func missOf(c int, load, t float64) float64 {
	b := 1.0
	for i := 1; i <= c; i++ {
		b = load * b / (float64(i) + load*b)
	}
	wait, theta := b/(1-load/float64(c)*(1-b)), float64(c)-load
	if math.Abs(theta-1) < 1e-9 {
		return wait * t * math.Exp(-t)
	}
	beyond := wait * (theta*math.Exp(-t) - math.Exp(-theta*t)) / (theta - 1)
	return beyond - wait*math.Exp(-t)
}

// tuned gives what tuning chooses for the only policy, of n trials.
func tuned(t *testing.T, top, more string, n int) (*trial, *goal) {
	t.Helper()
	train, err := plan.Parse("x.toml", ".", strings.Replace(queueTOML, "TOP", top, 1)+more, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	train.Seed = trainingSeeds
	g := newGoal(train)
	trials, err := (&compareCmd{Quiet: true, Fresh: true, Tune: &n}).trials(&console{ctx: t.Context(), err: io.Discard}, train, g)
	if err != nil {
		t.Fatal(err)
	}
	return g.choose(of(trials, 0)), g
}

// TestTuneFindsErlangs: the fewest servers whose misses are within the bound by
// Erlang C, whatever the bound, also of the steady state; with a price per miss the
// least cost by it.
func TestTuneFindsErlangs(t *testing.T) {
	if testing.Short() {
		t.Skip("simulates 160 trials; testdata/tune.txtar tunes, too")
	}
	for _, c := range []struct {
		top, more string
		bound     float64
	}{
		{"", "", 0.01},
		{"", "[[require]]\nmetric = \"miss_avoidable\"\nmax = 0.12\n", 0.12},
		{"steady = true\nprimary = [\"steady_miss_avoidable\", \"cost_per_1000_usd\"]", "[[require]]\nmetric = \"steady_miss_avoidable\"\nmax = 0.02\n", 0.02},
	} {
		best, g := tuned(t, c.top, c.more, 40)
		want := 5
		for missOf(want, 4, 3) > c.bound {
			want++
		}
		if got := best.policy.Drawn(); got != "scaler.n = "+string(rune('0'+want)) {
			t.Errorf("bound %v (%s): chose %s with misses of %v, want %d servers with %.4f; one fewer misses %.4f", c.bound, g, got, g.scores(best), want, missOf(want, 4, 3), missOf(want-1, 4, 3))
		}
		for _, v := range g.scores(best) {
			if math.IsNaN(v) {
				t.Errorf("scores %v", g.scores(best))
			}
		}
	}
	const price = 0.0005 // US$
	best, g := tuned(t, "usd_per_miss = 0.0005", "", 40)
	want, least := 0, math.Inf(1)
	for c := 5; c <= 12; c++ {
		if usd := float64(c)*0.03 + price*4*3600*missOf(c, 4, 3); usd < least {
			want, least = c, usd
		}
	}
	if got := best.policy.Drawn(); got != "scaler.n = "+string(rune('0'+want)) {
		t.Errorf("%s: chose %s, want %d servers", g, got, want)
	}
}
