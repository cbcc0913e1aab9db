package coverage

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"cnv/results"
	"cnv/results/compare"
)

// A stopped is an experiment of two policies that takes seeds until its primary
// difference is known to a target, as compare --until does, and then claims an
// interval.
type stopped struct {
	name   string
	metric string
	target float64
	truth  float64
	beyond bool // what --until guards against: it is shown what then happens
	// run is replication i of experiment e.
	run func(e, policy, i int) made
}

// sequentials are kinds that stopping by luck spoils.
func sequentials() []stopped {
	const response, cost = "answered_response_mean_s", "cost_per_1000_usd"
	out := []stopped{
		{name: "--until 2 %: M/M/1, 1.25 times the speed", metric: response, target: 0.02, truth: erlang(1, 1.25, 0.5/1.25).mean - erlang(1, 1, 0.5).mean, run: queued(0.5, 1.25)},
		{name: "--until 5 %: M/M/1, a server of its own luck", metric: response, target: 0.05, run: queued(0.5, 1)},
		{name: "--until 5 %: equal laws", metric: cost, target: 0.05, run: func(e, policy, i int) made {
			m := requests(20, 0)
			m.usd = 1 + 0.2*drawn(uint64(e), uint64(i), uint64(policy), 5).NormFloat64()
			return m
		}},
		{name: "--until 5 %: equal laws, skewed", metric: cost, target: 0.05, run: func(e, policy, i int) made {
			m := requests(20, 0)
			m.usd = 1 + 0.3*drawn(uint64(e), uint64(i), uint64(policy), 6).ExpFloat64()
			return m
		}},
	}
	for _, share := range []float64{0.3, 0.1, 0.03} {
		// The second policy costs 1 % more, and in a burst half as much again.
		out = append(out, stopped{name: fmt.Sprintf("--until 1 %%: bursts in %g %% of runs", 100*share), metric: cost, target: 0.01, beyond: share < 0.1, truth: 1000 * (0.01 + 0.5*share) / 20,
			run: func(e, policy, i int) made {
				rng := drawn(uint64(e), uint64(i), 9)
				m := requests(20, 0)
				m.usd = 1 + 0.01*float64(policy) + 0.003*rng.NormFloat64()*float64(policy)
				if rng.Float64() < share {
					m.usd += 0.5 * rng.ExpFloat64() * float64(policy)
				}
				return m
			}})
	}
	return out
}

// queued are two M/M/1 queues, of the same requests if the second is faster, else of
// their own, stationary from the first request on: it waits as the waiting time
// is distributed.
func queued(rho, speed float64) func(e, policy, i int) made {
	return func(e, policy, i int) made {
		key := uint64(0)
		if speed == 1 {
			key = uint64(policy)
		}
		rng, mu := drawn(uint64(e), uint64(i), key, 11), 1.0
		if policy == 1 {
			mu = speed
		}
		var m made
		m.took = make([]float64, 300)
		wait, u, x := 0.0, rng.Float64(), rng.ExpFloat64()
		if u < rho/mu {
			wait = x / (mu - rho)
		}
		for k := range m.took {
			work := rng.ExpFloat64() / mu
			m.took[k] = wait + work
			wait = math.Max(0, wait+work-rng.ExpFloat64()/rho)
		}
		return m
	}
}

// set is the first replications of an experiment.
func (s *stopped) set(e, seeds, looks int) (*compare.Set, error) {
	p := compare.Plan{Design: results.Design{Workloads: []string{"w"}, Policies: []string{"a", "b"}, Replications: seeds}, Name: "until", Primary: []string{s.metric}, Looks: looks}
	return setOf(p, func(_, policy, i int) made { return s.run(e, policy, i) })
}

// A stoppedTally counts experiments.
type stoppedTally struct {
	n, covered   int
	claims, kept int // that say the target is met, and whose interval holds
	wrong, seeds int // that find a difference on the wrong side, or one that is not there; seeds of all
}

// once is one experiment until it stops.
func (s *stopped) once(e int, t *stoppedTally, mu *sync.Mutex) error {
	looks := compare.Looks(compare.FirstLook)
	for seeds := compare.FirstLook; ; seeds = compare.MoreSeeds(seeds) {
		set, err := s.set(e, seeds, looks)
		if err != nil {
			return err
		}
		rows := set.Comparison()
		w := compare.Widest(rows)
		if !w.Known(s.target) && seeds < compare.MostSeeds {
			continue
		}
		r := rows[slices.IndexFunc(rows, func(r compare.Compared) bool { return r.Metric == s.metric && r.Against != "" })]
		mu.Lock()
		defer mu.Unlock()
		holds := r.JointLow <= s.truth && s.truth <= r.JointHigh
		t.seeds += seeds
		if holds {
			t.covered++
		}
		if w.Known(s.target) {
			if t.claims++; holds {
				t.kept++
			}
		}
		if sure := r.JointLow > 0 || r.JointHigh < 0; sure && r.Diff*s.truth <= 0 {
			t.wrong++
		}
		return nil
	}
}

// cover repeats it.
func (s *stopped) cover(n int, limit time.Duration) (stoppedTally, error) {
	var t stoppedTally
	var mu sync.Mutex
	var err error
	t.n, err = each(n, limit, func(e int) error { return s.once(e, &t, &mu) })
	return t, err
}

// sequentialPart is of how many experiments one is made: each has up to 1,200 runs.
const sequentialPart = 5

// sequential prints the table over --until.
func sequential(only string, n int, share time.Duration, fault func(format string, args ...any)) error {
	if n < fewForLarge { // go test ./results tries the same rule without runs
		return nil
	}
	fmt.Printf("\nSeeds added until the difference is known to a target (%d at first, %d at most): how many stop because it is, and how\nmany intervals hold: of these, and of all.\n\n", compare.FirstLook, compare.MostSeeds)
	fmt.Printf("%-44s %8s %9s %9s %9s %13s %6s\n", "", "seeds", "met", "held", "all held", "wrongly sure", "n")
	n = max(n/sequentialPart, 1)
	for _, s := range sequentials() {
		if !strings.Contains(s.name, only) {
			continue
		}
		t, err := s.cover(n, share)
		if err != nil {
			return err
		}
		if !s.beyond && tooMany(t.n-t.covered, t.n, 1-leastHeld) {
			fault("%s: intervals hold the truth in %s", s.name, percent(t.covered, t.n))
		}
		if !s.beyond && tooMany(t.claims-t.kept, t.n, 0.05) {
			fault("%s: %s of experiments say that the target is met and are wrong", s.name, percent(t.claims-t.kept, t.n))
		}
		fmt.Printf("%-44s %8.0f %9s %9s %9s %13s %6d\n", s.name, float64(t.seeds)/float64(t.n), percent(t.claims, t.n), percent(t.kept, t.claims), percent(t.covered, t.n), percent(t.wrong, t.n), t.n)
	}
	return nil
}
