package sim

import (
	"context"
	"math"
	"testing"
	"time"

	"cnv/policy"
	"cnv/results"
	"cnv/workloads"
)

// A memory is a Recorder that keeps everything.
type memory struct {
	requests []results.Request
	samples  []results.Sample
	ledger   results.Ledger
	counts   results.Counts
	end      time.Duration
}

func (m *memory) Add(q *results.Request) { m.requests = append(m.requests, *q) }
func (m *memory) Tick(s results.Sample)  { m.samples = append(m.samples, s) }

func (m *memory) Finish(end time.Duration, l results.Ledger, c results.Counts) results.Row {
	m.end, m.ledger, m.counts = end, l, c
	return results.Row{}
}

// byID is the records in order of arrival.
func (m *memory) byID(t testing.TB) []results.Request {
	out := make([]results.Request, len(m.requests))
	seen := make([]bool, len(m.requests))
	for _, q := range m.requests {
		if q.ID >= uint64(len(out)) || seen[q.ID] {
			t.Fatalf("request %d of %d recorded twice or out of range", q.ID, len(out))
		}
		out[q.ID], seen[q.ID] = q, true
	}
	return out
}

// A list is a Source of given arrivals.
type list struct {
	arrivals []workloads.Arrival
	i        int
}

func (l *list) Err() error { return nil }
func (l *list) Next(a *workloads.Arrival) bool {
	if l.i == len(l.arrivals) {
		return false
	}
	*a = l.arrivals[l.i]
	l.i++
	return true
}

// A stream is a renewal process: intervals and works in seconds.
type stream struct {
	n              int
	interval, work func(r *policy.Rand) float64
	arrive, size   *policy.Rand
	id             int
	at             float64
}

func newStream(seed uint64, n int, interval, work func(*policy.Rand) float64) *stream {
	return &stream{n: n, interval: interval, work: work,
		arrive: policy.NewRand(seed, "arrivals", 0), size: policy.NewRand(seed, "size", 0)}
}

func (s *stream) Err() error { return nil }
func (s *stream) Next(a *workloads.Arrival) bool {
	if s.id == s.n {
		return false
	}
	s.at += s.interval(s.arrive)
	*a = workloads.Arrival{At: duration(s.at), Work: duration(s.work(s.size.At(uint64(s.id))))}
	s.id++
	return true
}

// expo draws exponentially with a mean.
func expo(mean float64) func(*policy.Rand) float64 {
	return func(r *policy.Rand) float64 { return mean * r.ExpFloat64() }
}

// always draws a constant.
func always(x float64) func(*policy.Rand) float64 { return func(*policy.Rand) float64 { return x } }

// hyper draws from a balanced two-phase hyperexponential with mean 1.
func hyper(cv2 float64) func(*policy.Rand) float64 {
	p := (1 + math.Sqrt((cv2-1)/(cv2+1))) / 2
	return func(r *policy.Rand) float64 {
		if r.Float64() < p {
			return r.ExpFloat64() / (2 * p)
		}
		return r.ExpFloat64() / (2 * (1 - p))
	}
}

// Routers of the tests' own, so that sim is tested without the policies.
type roundRobin struct{ next int }

func (p *roundRobin) Route(v *policy.View, _ *policy.Request) (policy.WorkerID, bool) {
	ws := v.Ready()
	if len(ws) == 0 {
		return policy.NoWorker, false
	}
	p.next++
	return ws[(p.next-1)%len(ws)], true
}

type sampled struct {
	d   int // 0: all
	rng *policy.Rand
}

func (p *sampled) Start(e policy.Env) error { p.rng = e.Rand; return nil }
func (p *sampled) Route(v *policy.View, _ *policy.Request) (policy.WorkerID, bool) {
	ws := v.Least()
	if p.d == 0 && len(ws) > 0 {
		return ws[p.rng.IntN(len(ws))], true
	}
	ws = v.Ready()
	if len(ws) == 0 {
		return policy.NoWorker, false
	}
	best := ws[p.rng.IntN(len(ws))]
	for range p.d - 1 {
		if w := ws[p.rng.IntN(len(ws))]; v.Worker(w).InFlight < v.Worker(best).InFlight {
			best = w
		}
	}
	return best, true
}

// fleet is a fixed pool of n one-core workers.
func fleet(n int, r policy.Router) Config {
	return Config{
		Seed: 1, Pools: []Pool{{Initial: n, USDPerHour: 0.0725}},
		Control: policy.Config{
			Classes: []policy.Class{{Name: "all", Factor: 5}},
			Pools:   []policy.Pool{{Name: "vm", Cores: 1, Speed: 1, Max: n}},
			Router:  r,
		},
	}
}

// play runs a configuration to its end.
func play(t testing.TB, cfg Config, src workloads.Source) *memory {
	m := &memory{}
	if _, err := Run(context.Background(), cfg, src, m); err != nil {
		t.Fatal(err)
	}
	return m
}

// constant is a distribution of one value, in seconds.
func constant(s float64) workloads.Dist { return workloads.Constant(s) }
