package sim

import (
	"context"
	"math"
	"testing"
	"time"

	"cnv/policy"
	"cnv/results"
)

// A meanOf is a Recorder that only adds up response times.
type meanOf struct {
	n, waited int
	sum       float64
}

func (m *meanOf) Add(q *results.Request) {
	m.n++
	m.sum += (q.Finish - q.Arrival).Seconds()
	if q.Start > q.Arrival {
		m.waited++
	}
}
func (m *meanOf) Tick(results.Sample) {}
func (m *meanOf) Finish(time.Duration, results.Ledger, results.Counts) results.Row {
	return results.Row{}
}

// erlangC is the probability of waiting in an M/M/c queue of offered load a
// (by the recursion of Erlang's B formula).
func erlangC(c int, a float64) float64 {
	b := 1.0
	for k := 1; k <= c; k++ {
		b = a * b / (float64(k) + a*b)
	}
	rho := a / float64(c)
	return b / (1 - rho*(1-b))
}

// A theory is a queue with a known mean response time (work of mean 1).
type theory struct {
	name    string
	servers int
	rho     float64
	ps      bool
	central bool // one queue at the gateway
	work    func(*policy.Rand) float64
	router  func() policy.Router
	want    float64
	bias    float64 // relative error allowed for an approximate want
}

func theories() []theory {
	rr := func() policy.Router { return &roundRobin{} }
	return []theory{
		{name: "M/M/1 0.5", servers: 1, rho: 0.5, work: expo(1), router: rr, want: 2},
		{name: "M/M/1 0.8", servers: 1, rho: 0.8, work: expo(1), router: rr, want: 5},
		{name: "M/D/1 0.8 (P-K)", servers: 1, rho: 0.8, work: always(1), router: rr, want: 1 + 0.8/(2*0.2)},
		{name: "M/H2/1 0.7 cv2=4 (P-K)", servers: 1, rho: 0.7, work: hyper(4), router: rr, want: 1 + 0.7*(1+4)/(2*0.3)},
		{name: "M/M/1-PS 0.8", servers: 1, rho: 0.8, ps: true, work: expo(1), router: rr, want: 5},
		{name: "M/D/1-PS 0.8", servers: 1, rho: 0.8, ps: true, work: always(1), router: rr, want: 5},
		{name: "M/H2/1-PS 0.7 cv2=4", servers: 1, rho: 0.7, ps: true, work: hyper(4), router: rr, want: 1 / 0.3},
		{name: "M/M/10 0.8", servers: 10, rho: 0.8, central: true, work: expo(1), router: rr, want: 1 + erlangC(10, 8)/(10*(1-0.8))},
		{name: "M/M/2 0.7", servers: 2, rho: 0.7, central: true, work: expo(1), router: rr, want: 1 + erlangC(2, 1.4)/(2*(1-0.7))},
		// Mean field of the power of two choices (Mitzenmacher 2001), exact for
		// infinitely many servers; 100 of them are some 2 % slower at this load.
		{name: "power of two, n=100, 0.7", servers: 100, rho: 0.7, work: expo(1),
			router: func() policy.Router { return &sampled{d: 2} }, want: 1.614, bias: 0.03},
		{name: "JSQ, n=10, 0.7", servers: 10, rho: 0.7, work: expo(1),
			router: func() policy.Router { return &sampled{} }, want: 1.16, bias: 0.02},
	}
}

// TestTheory: mean response times equal queueing theory. Each queue is run
// under eight seeds with 80,000 requests; the mean must lie within four
// standard errors of the formula, and the standard error must be small
// enough (2 %) for that to mean something.
func TestTheory(t *testing.T) {
	const seeds, n = 8, 80_000
	for _, q := range theories() {
		t.Run(q.name, func(t *testing.T) {
			t.Parallel()
			sum, sq := 0.0, 0.0
			for seed := range uint64(seeds) {
				m := q.mean(t, seed+1, n)
				sum += m
				sq += m * m
			}
			mean := sum / seeds
			se := math.Sqrt((sq/seeds - mean*mean) / (seeds - 1))
			if off := math.Abs(mean - q.want); off > 4*se+q.bias*q.want {
				t.Errorf("mean response time = %.4f, want %.4f within %.4f", mean, q.want, 4*se+q.bias*q.want)
			}
			if se > 0.02*q.want {
				t.Errorf("standard error %.4f is too large to tell", se)
			}
		})
	}
}

func (q *theory) mean(t *testing.T, seed uint64, n int) float64 {
	cfg := fleet(q.servers, q.router())
	cfg.Seed, cfg.PS = seed, q.ps
	if q.central {
		cfg.Control.Pools[0].Limit = 1
	}
	src := newStream(seed, n, expo(1/(q.rho*float64(q.servers))), q.work)
	m := &meanOf{}
	if _, err := Run(context.Background(), cfg, src, m); err != nil {
		t.Fatal(err)
	}
	if m.n != n {
		t.Fatalf("%d requests ended, want %d", m.n, n)
	}
	return m.sum / float64(m.n)
}

// TestMulticoreIsErlang: one worker with c cores, first come, first served,
// is an M/M/c queue: the share of requests that wait is Erlang's C.
func TestMulticoreIsErlang(t *testing.T) {
	cfg := fleet(1, &roundRobin{})
	cfg.Control.Pools[0].Cores = 4
	const n = 400_000
	m := &meanOf{}
	if _, err := Run(context.Background(), cfg, newStream(3, n, expo(1/2.8), expo(1)), m); err != nil {
		t.Fatal(err)
	}
	// 0.01 is five standard errors: waiting is correlated over some ten requests.
	if got, want := float64(m.waited)/n, erlangC(4, 2.8); math.Abs(got-want) > 0.01 {
		t.Errorf("waiting share = %.4f, want %.4f within 0.01", got, want)
	}
}
