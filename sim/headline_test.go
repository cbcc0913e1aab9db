package sim

import (
	"context"
	"math"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/route"
	"cnv/results"
)

// Headline results of the literature on routing, with the router that it names, at its numbers.

// A steadyMean is the mean response time of the requests that arrive from an instant on.
type steadyMean struct {
	from time.Duration
	meanOf
}

func (m *steadyMean) Add(q *results.Request) {
	if q.Arrival >= m.from {
		m.meanOf.Add(q)
	}
}

// meanResponse is that of exponential work of mean 1 on n workers, each request to one of them
// at once, of those that come in the last nine tenths of each of some runs: at such loads one run
// whose sizes are by chance 0.3 % larger is 3 % slower.
func meanResponse(t *testing.T, workers int, rho float64, runs uint64, requests int, router func() policy.Router) float64 {
	t.Helper()
	rate := rho * float64(workers)
	m := &steadyMean{from: duration(float64(requests) / rate / 10)}
	for seed := range runs {
		cfg := fleet(workers, router())
		cfg.Seed = seed + 1
		if _, err := Run(context.Background(), cfg, newStream(cfg.Seed, requests, expo(1/rate), expo(1)), m); err != nil {
			t.Fatal(err)
		}
	}
	return m.sum / float64(m.n)
}

// TestTwoChoicesGainExponentially: H2, at a load of 0.99 random routing takes 100 times the
// service, the shorter of two lines 5.43 (Mitzenmacher 2001, exact for infinitely many workers; of
// 500 it is 5.9, of 1,000 5.5).
func TestTwoChoicesGainExponentially(t *testing.T) {
	const want = 5.432
	got := meanResponse(t, 1000, 0.99, 1, 1_000_000, func() policy.Router { return &route.PowerOfChoices{Choices: 2} })
	t.Logf("mean response time %.3f, mean field %v", got, want)
	if math.Abs(got-want) > 0.05*want {
		t.Errorf("mean response time %.3f, want %v within 5 %%", got, want)
	}
}

// A board is a router that sees how many requests each worker had when a board was written last,
// every so often; by it the request goes to the least loaded of all, or of two.
type board struct {
	every time.Duration
	two   bool
	own   bool // it adds to the board what it has sent since
	next  time.Duration
	loads []int
	rng   *policy.Rand
}

func (p *board) Start(e policy.Env) error { p.rng = e.Rand; return nil }

func (p *board) Route(v *policy.View, _ *policy.Request) (policy.WorkerID, bool) {
	ready := v.Ready()
	if v.Now >= p.next {
		p.next = v.Now - v.Now%max(p.every, 1) + p.every
		p.loads = p.loads[:0]
		for _, id := range ready {
			p.loads = append(p.loads, int(v.Worker(id).InFlight))
		}
	}
	best := p.rng.IntN(len(ready))
	if p.two {
		if other := p.rng.IntN(len(ready)); p.loads[other] < p.loads[best] {
			best = other
		}
	} else {
		best = p.least()
	}
	if p.own {
		p.loads[best]++
	}
	return ready[best], true
}

// least is a worker of the least load on the board, drawn among those that tie.
func (p *board) least() (best int) {
	ties := 0
	for i, n := range p.loads {
		switch {
		case i == 0 || n < p.loads[best]:
			best, ties = i, 1
		case n == p.loads[best]:
			if ties++; p.rng.IntN(ties) == 0 {
				best = i
			}
		}
	}
	return best
}

// TestOldInformation: H3, 100 workers at a load of 0.9, and a board that is as old as so many
// mean service times. The least loaded of all by it is worse than random (10) from some 4 on, of
// two it degrades gently, and a router that adds what it has sent itself stays below both. The
// numbers are those of one run of a program that shares nothing with this one.
func TestOldInformation(t *testing.T) {
	for _, c := range []struct {
		age           float64
		two, all, own float64
	}{
		{1, 2.97, 3.99, 1.83},
		{5, 4.00, 11.6, 2.62},
	} {
		for name, x := range map[string]struct {
			board
			want float64
		}{
			"of two": {board{two: true}, c.two}, "of all": {board{}, c.all}, "own added": {board{own: true}, c.own},
		} {
			got := meanResponse(t, 100, 0.9, 3, 150_000, func() policy.Router {
				p := x.board
				p.every = policy.Seconds(c.age)
				return &p
			})
			t.Logf("age %v, %s: %.2f (%v)", c.age, name, got, x.want)
			if math.Abs(got-x.want) > 0.08*x.want {
				t.Errorf("age %v, %s: mean response time %.2f, want %v within 8 %%", c.age, name, got, x.want)
			}
		}
	}
}
