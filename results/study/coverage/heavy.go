package coverage

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"cnv/experiments/plan"
	"cnv/results"
	"cnv/results/compare"
	"cnv/results/stat"
)

// steadyMetric is what a steady question is answered by.
const steadyMetric = "steady_response_mean_s"

// A heavyTail is an M/G/1 queue whose work has a heavy tail, asked about its steady
// state, and the same with a server of 1.25 times the speed.
type heavyTail struct {
	name     string
	size     string // of the workload
	requests int    // of a replication
}

// heavyCV2 is the squared coefficient of variation of the work, heavyLoad the load.
const heavyCV2, heavyLoad, heavySpeed = 10, 0.7, 1.25

// heavyTails are the kinds of them. Of lognormal work 20,000 requests are too few for an
// interval over ten runs to hold a mean 95 times of 100, as few runs meet the large
// requests that make it: a report then warns, and what it says is measured here. Without
// a warning intervals have to hold.
func heavyTails() []heavyTail {
	var out []heavyTail
	for _, n := range []int{10_000, 20_000, 400_000} {
		for _, law := range []string{"lognormal", "pareto"} {
			out = append(out, heavyTail{fmt.Sprintf("M/G/1 ρ=%g %s", heavyLoad, law), fmt.Sprintf("size = %q\ncv2 = %d", law, heavyCV2), n})
		}
	}
	return out
}

// truth is the mean response time by Pollaczek and Khinchine (Kleinrock, Queueing
// Systems I, 5.7) of a server of a speed.
func (h *heavyTail) truth(speed float64) float64 {
	rho := heavyLoad / speed
	return 1/speed + heavyLoad*(1+heavyCV2)/(speed*speed)/(2*(1-rho))
}

// cells are the two policies.
func (h *heavyTail) cells() ([]plan.Cell, error) {
	var out []plan.Cell
	for _, speed := range []float64{1, heavySpeed} {
		text := fleet{1, speed, false}.text(fmt.Sprintf("generator = \"poisson\"\nrate = %g", heavyLoad))
		cell, err := cellOf("steady = true\n"+strings.Replace(text, `size = "exponential"`, h.size, 1), h.requests)
		if err != nil {
			return nil, err
		}
		out = append(out, cell)
	}
	return out, nil
}

// A heavyTally counts experiments.
type heavyTally struct {
	n, level, diff  int // whose interval holds the mean, and the difference
	off, left, most float64
	quiet, held     int // experiments that do not warn of the tail, and of these whose interval holds the mean
}

// cover repeats the experiment.
func (h *heavyTail) cover(n, seeds int, limit time.Duration) (heavyTally, error) {
	var t heavyTally
	var mu sync.Mutex
	cells, err := h.cells()
	if err != nil {
		return t, err
	}
	t.n, err = each(n, limit, func(e int) error {
		set, err := h.experiment(cells, uint64(1+e*seeds), seeds)
		if err != nil {
			return err
		}
		rows, quiet := set.Comparison(), !warnsOfTail(set)
		mu.Lock()
		defer mu.Unlock()
		before := t.level
		for i := range rows {
			t.count(h, &rows[i])
		}
		if quiet {
			t.quiet, t.held = t.quiet+1, t.held+t.level-before
		}
		return nil
	})
	return t, err
}

// warnsOfTail says whether readers are told that intervals may be too narrow.
func warnsOfTail(set *compare.Set) bool {
	return slices.ContainsFunc(set.Warnings(), func(w compare.Warning) bool { return strings.Contains(w.Text, "second moment of the work") })
}

// count looks at one row of a comparison.
func (t *heavyTally) count(h *heavyTail, r *compare.Compared) {
	switch {
	case r.Metric == "warmup_share" && r.Against == "":
		t.left, t.most = t.left+r.Mean, math.Max(t.most, r.Mean)
	case r.Metric != steadyMetric:
	case r.Against == "":
		want := h.truth(1)
		t.off += r.Mean/want - 1
		if r.Low <= want && want <= r.High {
			t.level++
		}
	default:
		if want := h.truth(heavySpeed) - h.truth(1); r.DiffLow <= want && want <= r.DiffHigh {
			t.diff++
		}
	}
}

// experiment is the comparison over seeds from the first.
func (h *heavyTail) experiment(cells []plan.Cell, first uint64, seeds int) (*compare.Set, error) {
	set := compare.NewSet(compare.Plan{
		Design:  results.Design{Workloads: []string{"w"}, Policies: []string{"a", "b"}, Replications: seeds, Steady: true},
		Name:    "coverage",
		Over:    []string{stat.OverSeeds},
		Tails:   []float64{cells[0].Scenario.Workload.Made.Tail},
		Primary: []string{steadyMetric},
	}, "")
	for k, speed := range []float64{1, heavySpeed} {
		for i := range seeds {
			rec, err := set.Open(0, k, i, uint64(i), []string{"request"})
			if err != nil {
				return nil, err
			}
			src, err := cells[k].Scenario.Workload.Made.Open(first + uint64(i))
			if err != nil {
				return nil, err
			}
			row, err := newLine(1, speed, false, first+uint64(i)).run(src, rec)
			if err == nil {
				err = set.Add(0, k, rec, row)
			}
			if err != nil {
				return nil, err
			}
		}
	}
	return set, nil
}

// heavy prints a line for each kind.
func (o *options) heavy(kinds []heavyTail, share time.Duration) (faults []string, err error) {
	fmt.Printf("\nThe same of M/G/1 queues with heavy tails (cv² %d) under steady = true, by Pollaczek and Khinchine.\n\n", heavyCV2)
	fmt.Printf("%-24s %9s %9s   %-17s %-7s %20s %9s %9s %6s\n", "", "requests", "mean, s", "mean", "Δ mean", "left out (most)", "no doubt", "mean", "n")
	for _, h := range kinds {
		t, err := h.cover(o.experiments, o.seeds, share)
		if err != nil {
			return nil, err
		}
		if t.quiet > 0 && tooMany(t.quiet-t.held, t.quiet, 1-leastHeld) {
			faults = append(faults, fmt.Sprintf("%s, %d requests: intervals that nobody doubts hold the truth in %s", h.name, h.requests, percent(t.held, t.quiet)))
		}
		n := float64(t.n)
		fmt.Printf("%-24s %9d %9.4g   %5.1f %% (%+.1f %%) %6.1f %% %11.2f %% (%.1f %%) %9s %9s %6d\n", h.name, h.requests, h.truth(1),
			100*float64(t.level)/n, 100*t.off/n, 100*float64(t.diff)/n, 100*t.left/n, 100*t.most, percent(t.quiet, t.n), percent(t.held, max(t.quiet, 1)), t.n)
	}
	return faults, nil
}
