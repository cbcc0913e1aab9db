package coverage

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"cnv/results"
	"cnv/results/compare"
	"cnv/results/stat"
	"cnv/workloads"
)

// A long is one run of an M/M/1 queue whose mean has an interval by batch means, or
// none, and its difference to a server of 1.25 times the speed.
type long struct {
	rho      float64
	requests int
}

// longRunsOf are all of them, or those that are soon done.
func longRunsOf(all bool) []long {
	var out []long
	lengths := []int{10_000, 20_000}
	if all {
		lengths = []int{5_000, 10_000, 20_000, 100_000}
	}
	for _, rho := range []float64{0.5, 0.8, 0.9} {
		for _, n := range lengths {
			out = append(out, long{rho, n})
		}
	}
	return out
}

func (l long) name() string {
	return fmt.Sprintf("one run of M/M/1 ρ=%g, %d requests", l.rho, l.requests)
}

// A longTally counts runs: whose mean and difference have an interval, and how many
// of those hold.
type longTally struct {
	n           int
	level, diff held
}

// cover repeats the run. Its requests are drawn here, as the simulator would.
func (l long) cover(n int, limit time.Duration) (longTally, error) {
	var t longTally
	var mu sync.Mutex
	var err error
	want := [2]float64{erlang(1, 1, l.rho).mean, erlang(1, heavySpeed, l.rho/heavySpeed).mean}
	t.n, err = each(n, limit, func(e int) error {
		rows, err := l.rows(e)
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		for i := range rows {
			r := &rows[i]
			switch {
			case r.Metric != steadyMetric || r.Over != stat.OverBatches:
			case r.Against == "" && r.Policy == "a":
				t.level.add(r.Low, r.High, want[0])
			case r.Against != "":
				t.diff.add(r.DiffLow, r.DiffHigh, want[1]-want[0])
			}
		}
		return nil
	})
	return t, err
}

// add counts an interval.
func (h *held) add(low, high, truth float64) {
	if h.n++; low <= truth && truth <= high {
		h.covered++
	}
}

// rows is the comparison of two servers in one run.
func (l long) rows(e int) ([]compare.Compared, error) {
	set := compare.NewSet(compare.Plan{
		Design:  results.Design{Workloads: []string{"w"}, Policies: []string{"a", "b"}, Replications: 1, Steady: true},
		Name:    "one run",
		Over:    []string{stat.OverSeeds},
		Primary: []string{steadyMetric},
	}, "")
	for k, speed := range []float64{1, heavySpeed} {
		rec, err := set.Open(0, k, 0, 0, []string{"request"})
		if err != nil {
			return nil, err
		}
		row, err := newLine(1, speed, false, 1).run(&exponential{drawn(uint64(e), uint64(l.requests), 0x10), l.rho, l.requests, 0}, rec)
		if err == nil {
			err = set.Add(0, k, rec, row)
		}
		if err != nil {
			return nil, err
		}
	}
	return set.Comparison(), nil
}

// An exponential is arrivals of a Poisson process with exponential work of 1 s.
type exponential struct {
	rng  interface{ ExpFloat64() float64 }
	rate float64
	left int
	at   float64 // s
}

// Next gives the next arrival.
func (x *exponential) Next(a *workloads.Arrival) bool {
	if x.left == 0 {
		return false
	}
	x.left--
	x.at += x.rng.ExpFloat64() / x.rate
	*a = workloads.Arrival{At: time.Duration(x.at * 1e9), Work: time.Duration(x.rng.ExpFloat64() * 1e9)}
	return true
}

// Err is nil.
func (x *exponential) Err() error { return nil }

// fewIntervals is how many there must be to speak of a share of them.
const fewIntervals = 25

// oneRun prints the table over single runs.
func oneRun(only string, n int, share time.Duration, fault func(format string, args ...any)) error {
	fmt.Printf("\nOne run under steady = true: how many have an interval by batch means, and how many of these hold.\n\n")
	fmt.Printf("%-44s %10s %9s %10s %9s %6s\n", "", "mean has", "held", "Δ has", "held", "n")
	all := n >= fewForLarge
	n = max(n/2, 1)
	for _, l := range longRunsOf(all) {
		if !strings.Contains(l.name(), only) {
			continue
		}
		t, err := l.cover(n, share)
		if err != nil {
			return err
		}
		for _, h := range []held{t.level, t.diff} {
			if h.n >= fewIntervals && tooMany(h.n-h.covered, h.n, 1-leastHeld) {
				fault("%s: intervals hold the truth in %s", l.name(), percent(h.covered, h.n))
			}
		}
		fmt.Printf("%-44s %10s %9s %10s %9s %6d\n", l.name(), percent(t.level.n, t.n), percent(t.level.covered, t.level.n), percent(t.diff.n, t.n), percent(t.diff.covered, t.diff.n), t.n)
	}
	return nil
}
