package route

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cnv/policy"
	"cnv/policy/policytest"
)

// request is one of a CPU-second.
var request = &policy.Request{Work: 1, Known: true}

// route is the worker a router names; none is a failure.
func route(t *testing.T, l *policytest.Lab, p policy.Router) policy.WorkerID {
	t.Helper()
	w, ok := p.Route(l.View(), request)
	if !ok {
		t.Fatal("no worker, want one")
	}
	return w
}

// frequencies counts n decisions.
func frequencies(t *testing.T, l *policytest.Lab, p policy.Router, n int) []float64 {
	t.Helper()
	f := make([]float64, 16)
	for range n {
		f[route(t, l, p)] += 1 / float64(n)
	}
	return f
}

// expect compares frequencies of n draws with probabilities, within 4.5
// standard deviations: about one false alarm in 150,000 comparisons.
func expect(t *testing.T, got []float64, n int, want ...float64) {
	t.Helper()
	for w, p := range want {
		if tol := 4.5*math.Sqrt(p*(1-p)/float64(n)) + 1e-12; math.Abs(got[w]-p) > tol {
			t.Errorf("worker %d was named in %.4f of %d decisions, want %.4f ± %.4f", w, got[w], n, p, tol)
		}
	}
}

// TestRoundRobinKeepsItsPlace: workers that come and go neither skip nor
// repeat the others.
func TestRoundRobinKeepsItsPlace(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{})
	l.Add(4, 0)
	p := policytest.Start(l, &RoundRobin{Begin: BeginFirst})
	next := func(want policy.WorkerID) {
		t.Helper()
		if got := route(t, l, p); got != want {
			t.Errorf("worker %d, want %d", got, want)
		}
	}
	next(0)
	next(1)
	l.Worker(policy.WorkerLost, 0) // behind the cursor: nobody is skipped
	next(2)
	l.Worker(policy.WorkerLost, 3) // at the cursor
	next(1)
	l.Add(1, 0)
	next(2)
	next(4)
	next(1)
}

// TestRoundRobinBeginsAnywhere: gateways do not walk in step.
func TestRoundRobinBeginsAnywhere(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{})
	l.Add(8, 0)
	first := map[policy.WorkerID]bool{}
	for gateway := range 16 {
		p := &RoundRobin{Begin: BeginRandom}
		if err := p.Start(policy.Env{Rand: policy.NewRand(1, "router", gateway)}); err != nil {
			t.Fatal(err)
		}
		w := route(t, l, p)
		if again := route(t, l, p); again != (w+1)%8 {
			t.Errorf("worker %d after %d, want %d", again, w, (w+1)%8)
		}
		first[w] = true
	}
	if len(first) < 4 {
		t.Errorf("16 gateways begin at %d of 8 workers, want several", len(first))
	}
}

// TestRandomIsUniform over the ready workers.
func TestRandomIsUniform(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{})
	l.Add(5, 0)
	l.Worker(policy.WorkerNotice, 2)
	p := policytest.Start(l, &Random{})
	expect(t, frequencies(t, l, p, 20_000), 20_000, .25, .25, 0, .25, .25)
}

// TestJSQDrawsTies: uniform among those with the fewest in flight.
func TestJSQDrawsTies(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{})
	l.Add(5, 0)
	for _, w := range []policy.WorkerID{0, 1, 1, 2, 3, 3, 4} {
		l.Book(w, 1)
	}
	p := policytest.Start(l, &JSQ{Tie: TieRandom})
	expect(t, frequencies(t, l, p, 30_000), 30_000, 1./3, 0, 1./3, 0, 1./3)
}

// TestJSQBreaksTiesByWork: the count comes first, predicted work second.
func TestJSQBreaksTiesByWork(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{})
	l.Add(4, 0)
	l.Book(0, 3)
	l.Book(1, 2)
	l.Book(2, 0.1)
	l.Book(2, 0.1)
	l.Book(3, 4)
	p := policytest.Start(l, &JSQ{Tie: TieWork})
	expect(t, frequencies(t, l, p, 100), 100, 0, 1, 0, 0)
}

// TestPowerOfChoicesLaw: with distinct loads, d distinct draws name the
// worker of rank i (from 0) with probability C(n-1-i, d-1) / C(n, d).
func TestPowerOfChoicesLaw(t *testing.T) {
	const n = 6
	l := policytest.NewLab(t, policy.Config{})
	l.Add(n, 0)
	for w := range n {
		for range (w * 5) % n { // loads 0 5 4 3 2 1
			l.Book(policy.WorkerID(w), 1)
		}
	}
	for _, d := range []int{1, 2, 3, 5, 6, 16} {
		p := policytest.Start(l, &PowerOfChoices{Choices: d})
		var want [n]float64
		for w := range n {
			rank := (w * 5) % n
			want[w] = choose(n-1-rank, min(d, n)-1) / choose(n, min(d, n))
		}
		expect(t, frequencies(t, l, p, 30_000), 30_000, want[:]...)
	}
}

// TestPowerOfChoicesDrawsTies: equal loads are named equally often.
func TestPowerOfChoicesDrawsTies(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{})
	l.Add(4, 0)
	p := policytest.Start(l, &PowerOfChoices{Choices: 3})
	expect(t, frequencies(t, l, p, 30_000), 30_000, .25, .25, .25, .25)
}

// choose is the binomial coefficient.
func choose(n, k int) float64 {
	if k < 0 || k > n {
		return 0
	}
	c := 1.0
	for i := range k {
		c = c * float64(n-i) / float64(i+1)
	}
	return c
}

// TestLeastWorkIsEarliestFinish: on one-core workers of several speeds it
// names what a scan over all of them finds.
func TestLeastWorkIsEarliestFinish(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := policytest.NewLab(t, policy.Config{Pools: []policy.Pool{
			{Name: "slow", Cores: 1, Speed: 0.5, Max: 9}, {Name: "fast", Cores: 1, Speed: 1.5, Max: 9},
		}})
		l.Add(rapid.IntRange(0, 4).Draw(rt, "slow"), 0)
		l.Add(rapid.IntRange(1, 4).Draw(rt, "fast"), 1)
		ready := l.View().Ready()
		for range rapid.IntRange(0, 20).Draw(rt, "requests") {
			l.Book(rapid.SampledFrom(ready).Draw(rt, "worker"), rapid.Float64Range(0.01, 5).Draw(rt, "work"))
			l.At(l.Now + rapid.SampledFrom([]time.Duration{0, 100 * time.Millisecond, time.Second}).Draw(rt, "pass"))
		}
		r := &policy.Request{Work: rapid.Float64Range(0.01, 5).Draw(rt, "own")}
		best, finish := policy.NoWorker, math.Inf(1)
		for _, id := range ready {
			w := l.View().Worker(id)
			if f := (l.View().WorkLeft(id) + r.Work) / w.Speed; f < finish-1e-9 {
				best, finish = id, f
			}
		}
		got, _ := (&LeastWork{}).Route(l.View(), r)
		w := l.View().Worker(got)
		if f := (l.View().WorkLeft(got) + r.Work) / w.Speed; f > finish+1e-6 {
			rt.Fatalf("worker %d, finish %.9f; want worker %d, %.9f", got, f, best, finish)
		}
	})
}

// TestLeastWorkSeesFreeCores: a free core beside one long request beats two
// busy cores with little left.
func TestLeastWorkSeesFreeCores(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{Pools: []policy.Pool{{Name: "p", Cores: 2, Speed: 1, Max: 9}}})
	l.Add(2, 0)
	l.Book(0, 100)
	l.Book(1, 1)
	l.Book(1, 1)
	if got := route(t, l, &LeastWork{}); got != 0 {
		t.Errorf("worker %d, want 0, which has a free core", got)
	}
	l.Add(1, 0)
	if got := route(t, l, &LeastWork{}); got != 2 {
		t.Errorf("worker %d, want 2, which is idle", got)
	}
}

// TestValidate: parameters out of range are refused, with their key.
func TestValidate(t *testing.T) {
	for _, p := range []interface{ Validate() error }{
		&RoundRobin{Begin: 9}, &JSQ{Tie: 9}, &PowerOfChoices{}, &PowerOfChoices{Choices: 17},
		&Nova{Bounds: 9, SubsetSize: 1}, &Nova{}, &Nova{Bounds: ListBounds, SubsetSize: 1, Headroom: math.NaN()},
		&NovaOriginal{}, &NovaOriginal{Unit: 1, Capacity: 1, Floor: 1, Unknown: 1}, &NovaOriginal{Unit: 1, Capacity: 2, Unknown: -1}, &NovaOriginal{Unit: 1, Capacity: 2, Look: -1},
	} {
		if p.Validate() == nil {
			t.Errorf("%T %+v is accepted", p, p)
		}
	}
}
