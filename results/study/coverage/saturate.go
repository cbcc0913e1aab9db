package coverage

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"cnv/results/compare"
	"cnv/results/stat"
)

// A saturated is an M/M/1 queue whose highest load is searched for, at which at most a
// share of requests outlast a bound though their own service does not: λ with
// exp(-(1-λ)·bound) - exp(-bound) = limit, as response times are exponential.
type saturated struct {
	bound    float64 // s, at a service of 1 s on average
	limit    float64
	runs     int
	requests int // of a replication
}

func saturateds() []saturated {
	return []saturated{{20, 0.02, 8, 20_000}, {5, 0.05, 8, 5_000}}
}

func (s saturated) name() string {
	return fmt.Sprintf("--saturate %g %%: M/M/1, bound %g s", 100*s.limit, s.bound)
}

func (s saturated) truth() float64 { return 1 + math.Log(s.limit+math.Exp(-s.bound))/s.bound }

// missed is the misses of a replication at a load, by Lindley's recursion. It waits from
// the first request on as the waiting time is distributed, and meets the same draws at
// every load.
func (s saturated) missed(e, replication int, load float64) float64 {
	rng, missed := drawn(uint64(e), uint64(replication), 31), 0.0
	wait, u, x := 0.0, rng.Float64(), rng.ExpFloat64()
	if rho := min(load, 0.99); u < rho {
		wait = x / (1 - rho)
	}
	for range s.requests {
		work := rng.ExpFloat64()
		if work <= s.bound && wait+work > s.bound {
			missed++
		}
		wait = math.Max(0, wait+work-rng.ExpFloat64()/load)
	}
	return missed
}

// point is all replications at a load.
func (s saturated) point(e int, load float64) compare.LoadPoint {
	const share = "miss_avoidable"
	names := compare.Parts(share, "response_p99_s", "cost_per_1000_in_slo_usd")
	var runs [][]float64
	for i := range s.runs {
		missed, n := s.missed(e, i, load), float64(s.requests)
		at := map[string]float64{"requests": n, "missed_avoidable": missed, share: missed / n, "in_slo": n - missed}
		values := make([]float64, len(names))
		for k, name := range names {
			values[k] = at[name]
		}
		runs = append(runs, values)
	}
	return compare.NewLoadPoint(load, compare.NewSearched(stat.OverSeeds, 0, names, runs), share)
}

// search tries loads as compare --saturate does: powers of √2, five halvings between the
// last that keeps the limit and the next, and quarters of steps around.
func (s saturated) search(e int) compare.Saturation {
	points := map[float64]compare.LoadPoint{}
	within := func(step float64) bool {
		p, done := points[step]
		if !done {
			p = s.point(e, math.Exp2(step/2))
			points[step] = p
		}
		return p.Miss <= s.limit
	}
	low := -4.0
	for within(low + 1) {
		low++
	}
	top := low + 1
	for range 5 {
		if mid := (low + top) / 2; within(mid) {
			low = mid
		} else {
			top = mid
		}
	}
	for step := math.Floor(low) - 1; step <= math.Floor(low)+2; step += 0.25 {
		within(step)
	}
	out := compare.NewSaturation("w", "a", 1, s.limit, stat.OverSeeds, 0)
	for _, p := range points {
		out.Points = append(out.Points, p)
	}
	slices.SortFunc(out.Points, func(a, b compare.LoadPoint) int { return int(math.Copysign(1, a.Load-b.Load)) })
	return out
}

// cover repeats the search: whose interval holds the load, and the mean error.
func (s saturated) cover(n int, limit time.Duration) (h held, off float64, err error) {
	var mu sync.Mutex
	done, err := each(n, limit, func(e int) error {
		found := s.search(e)
		load, low, high := found.Load()
		mu.Lock()
		defer mu.Unlock()
		h.add(low, high, s.truth())
		off += load/s.truth() - 1
		return nil
	})
	return h, off / float64(done), err
}

// saturation prints the table over --saturate.
func saturation(only string, n int, share time.Duration, fault func(format string, args ...any)) error {
	fmt.Printf("\nThe highest load by --saturate: how many intervals hold the one that theory knows, and the mean error.\n\n")
	fmt.Printf("%-44s %5s %10s %9s %9s %6s\n", "", "runs", "truth", "held", "error", "n")
	n = max(n/sequentialPart, 1)
	for _, s := range saturateds() {
		if !strings.Contains(s.name(), only) {
			continue
		}
		h, off, err := s.cover(n, share)
		if err != nil {
			return err
		}
		if tooMany(h.n-h.covered, h.n, 1-leastHeld) {
			fault("%s, %d runs: intervals hold the load in %s", s.name(), s.runs, percent(h.covered, h.n))
		}
		fmt.Printf("%-44s %5d %10.4g %9s %+8.2f %% %6d\n", s.name(), s.runs, s.truth(), percent(h.covered, h.n), 100*off, h.n)
	}
	return nil
}
