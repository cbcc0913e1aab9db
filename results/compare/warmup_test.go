package compare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cnv/results"
	"cnv/results/stat"
)

// A lindley is a queue of one server that meets Poisson arrivals of a rate: the
// work of requests has a mean of 1 s and a law; the server begins with a backlog,
// in seconds.
type lindley struct {
	rate, backlog float64
	work          func(*rand.Rand) float64
}

// each gives n requests.
func (q lindley) each(seed uint64, n int, add func(*results.Request)) (end time.Duration) {
	rng := rand.New(rand.NewPCG(seed, 11))
	wait, at := q.backlog, 0.0
	for i := range n {
		work := q.work(rng)
		arrival := time.Duration(at * 1e9)
		add(&results.Request{ID: uint64(i), Arrival: arrival, Finish: arrival + time.Duration((wait+work)*1e9), Ideal: time.Duration(work*1e9) + 1})
		gap := rng.ExpFloat64() / q.rate
		wait, at = max(0, wait+work-gap), at+gap
	}
	return time.Duration(at * 1e9)
}

// run is a run of n requests.
func (q lindley) run(seed uint64, n int, r *results.Run) results.Row {
	return r.Finish(q.each(seed, n, r.Add), results.Ledger{}, results.Counts{})
}

// steadySet is a set of seeds of policies, each a queue.
func steadySet(t *testing.T, seeds []int, first uint64, n func(seed int) int, policies ...lindley) *Set {
	t.Helper()
	p := Plan{Design: results.Design{Workloads: []string{"w"}, Replications: len(seeds), Steady: true}, Name: "warm", Over: []string{stat.OverSeeds}, Primary: []string{"steady_response_mean_s"}}
	for i := range policies {
		p.Policies = append(p.Policies, fmt.Sprint("p", i))
	}
	s := NewSet(p, "")
	for _, k := range seeds {
		for i, q := range policies {
			r, err := s.Open(0, i, k, first+uint64(k), []string{"c"})
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Add(0, i, r, q.run(first+uint64(k), n(k), r)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return s
}

func ofLength(n int) func(int) int { return func(int) int { return n } }

var tenSeeds = []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}

// TestOneWarmUpForAll: a backlog at the start is left out, in all runs of all
// policies alike, also of the policy that has none.
func TestOneWarmUpForAll(t *testing.T) {
	exponential := (*rand.Rand).ExpFloat64
	s := steadySet(t, tenSeeds, 1, ofLength(20_000), lindley{rate: 0.5, work: exponential, backlog: 1000}, lindley{rate: 0.5, work: exponential})
	rows := s.Comparison()
	for p, against := range map[string]string{"p0": "", "p1": "p0"} {
		if r := rowOf(t, rows, p, against, "steady_response_mean_s"); math.Abs(r.Mean-2) > 0.1 {
			t.Errorf("%s: mean response time %.3f, want 2", p, r.Mean)
		}
	}
	first := s.Rows(0, 0)[0].Value("warmup_share")
	for i, rows := range rowsOfAll(s) {
		for k := range rows {
			if got := rows[k].Value("warmup_share"); got != first || got < 0.04 || got > 0.15 { // a backlog of 1,000 s takes 1,000 requests to be worked off
				t.Errorf("policy %d, replication %d leaves out %.4f, the first %.4f", i, k, got, first)
			}
		}
	}
	if text := fmt.Sprint(s.Warnings()); strings.Contains(text, "warm-up") {
		t.Errorf("a short warm-up is warned of: %s", text)
	}
	long := steadySet(t, tenSeeds, 1, ofLength(20_000), lindley{rate: 0.5, work: exponential, backlog: 6000}, lindley{rate: 0.5, work: exponential})
	if text := fmt.Sprint(long.Warnings()); !strings.Contains(text, "the warm-up takes 3") || !strings.Contains(text, "% of a run") {
		t.Errorf("a warm-up of over 30 %% is not warned of: %s", text)
	}
}

// TestWarmUpDoesNotDependOnTheOrder: the numbers are the same however runs come:
// in any order, of different lengths, read back from where they are kept, with
// seeds added to some that were kept.
func TestWarmUpDoesNotDependOnTheOrder(t *testing.T) {
	q := lindley{rate: 0.6, work: (*rand.Rand).ExpFloat64, backlog: 500}
	n := func(seed int) int { return 9_000 + 500*seed } // batches of 5 and of 10 requests
	want := fmt.Sprint(steadySet(t, tenSeeds, 1, n, q, q).Comparison())
	if got := fmt.Sprint(steadySet(t, []int{7, 3, 9, 0, 1, 8, 2, 6, 4, 5}, 1, n, q, q).Comparison()); got != want {
		t.Error("the order of runs decides")
	}
	dir := t.TempDir()
	file := func(p, k int) string { return filepath.Join(dir, fmt.Sprintf("%d-%d", p, k)) }
	few := steadySet(t, nil, 1, n, q, q)
	few.plan.Replications = 4
	few = NewSet(few.plan, "")
	for k := range 4 { // an experiment of four seeds, whose runs are kept
		for p := range 2 {
			r, _ := few.Open(0, p, k, uint64(1+k), []string{"c"})
			row := q.run(uint64(1+k), n(k), r)
			if err := few.Add(0, p, r, row); err != nil {
				t.Fatal(err)
			}
			if err := few.Keep(file(p, k), 0, p, r, row, false); err != nil {
				t.Fatal(err)
			}
		}
	}
	few.plan.Replications = 10
	more := NewSet(few.plan, "")
	for k := range 10 {
		for p := range 2 {
			if k < 4 {
				if !more.Load(file(p, k), 0, p, k) {
					t.Fatalf("run %d is not read back", k)
				}
				continue
			}
			r, _ := more.Open(0, p, k, uint64(1+k), []string{"c"})
			if err := more.Add(0, p, r, q.run(uint64(1+k), n(k), r)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := fmt.Sprint(more.Comparison()); got != want {
		t.Error("added seeds give other numbers than all at once")
	}
}
