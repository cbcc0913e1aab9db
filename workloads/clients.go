package workloads

import (
	"fmt"
	"slices"
	"time"

	"cnv/policy"
)

// Clients is a closed loop: each client thinks, sends a request, and thinks
// again once it is answered or given up. With mean response time R the rate is
// Clients/(R + mean think time): a slow system is asked less, which hides
// overload; open generators do not.
type Clients struct {
	Clients  int           `toml:"clients" doc:"number of clients" range:"1:10000"`
	Think    Dist          `toml:"think" doc:"think time: a duration, or { dist = ... }; by default exponential with mean 1 s; at least 1 ms after a request that was not served"`
	Duration time.Duration `toml:"duration" doc:"stop after so long (default 1h, unless requests is given)"`
	Requests int           `toml:"requests" doc:"stop after so many requests (0: no limit)"`
}

// most clients, a bound on memory.
const mostClients = 10_000_000

// unservedThink is the least think time after a request that was not served: it may
// have failed at the instant at which it was sent, and clients that do not think would
// send for ever at that instant.
const unservedThink = time.Millisecond

// Validate implements [Generator].
func (g *Clients) Validate() error {
	var errs []error
	if g.Clients < 1 || g.Clients > mostClients {
		errs = append(errs, fmt.Errorf("clients = %d: must be within [1, %d]", g.Clients, mostClients))
	}
	for _, err := range g.Think.Validate() {
		errs = append(errs, fmt.Errorf("think: %w", err))
	}
	return joined(errs, g.length().validate())
}

// Workload implements [Generator]. Rate and Load are those of a system on
// which no request waits: upper bounds.
func (g *Clients) Workload(name string, m Mix) (*Workload, error) {
	if err := g.Validate(); err != nil {
		return nil, err
	}
	p := *g
	cycle := p.Think.Mean() + m.MeanWork()
	if !(cycle > 0) {
		return nil, fmt.Errorf("think = %v: must be positive where requests take no work", p.Think)
	}
	rate := float64(p.Clients) / cycle
	span := p.length().span(func(t float64) float64 { return rate * t })
	w := describe(name, p, m, rate, span)
	w.Closed = true
	if p.Think.Mean() < unservedThink.Seconds() {
		w.Assumed = append(slices.Clone(w.Assumed), fmt.Sprintf("a client whose request was not served waits %v at least before it sends the next", unservedThink))
	}
	w.Open = func(seed uint64) (Source, error) { return p.open(seed, m), nil }
	return w, nil
}

// String holds all parameters.
func (g Clients) String() string {
	return fmt.Sprintf("clients clients=%d think=%v duration=%v requests=%d", g.Clients, g.Think, g.Duration, g.Requests)
}

func (g *Clients) length() length { return length{g.Duration, g.Requests} }

// open starts all clients thinking.
func (g *Clients) open(seed uint64, m Mix) *clients {
	c := &clients{think: g.Think, rand: policy.NewRand(seed, "think", 0), filler: m.Open(seed)}
	c.until, c.requests = g.length().bounds()
	start := policy.NewRand(seed, "arrivals", 0)
	c.pending = make(policy.Heap[time.Duration, struct{}], 0, g.Clients)
	for range g.Clients {
		c.push(seconds(g.Think.Draw(start)))
	}
	return c
}

// clients implements ClosedSource. Clients are alike, so only the instants of
// their next requests are kept.
type clients struct {
	think    Dist
	rand     *policy.Rand // think time after the request with an id
	filler   Filler
	until    time.Duration
	requests policy.RequestID
	id       policy.RequestID
	last     time.Duration
	pending  policy.Heap[time.Duration, struct{}]
}

// Peek implements ClosedSource.
func (c *clients) Peek() (time.Duration, bool) {
	if len(c.pending) == 0 || c.id >= c.requests || c.pending[0].Key >= c.until {
		return 0, false
	}
	return c.pending[0].Key, true
}

// Next implements Source.
func (c *clients) Next(a *Arrival) bool {
	at, ok := c.Peek()
	if !ok {
		return false
	}
	c.pending.Pop()
	c.last = at
	a.At = at
	c.filler.Fill(c.id, a)
	c.id++
	return true
}

// Err is always nil: nothing can go wrong.
func (c *clients) Err() error { return nil }

// Finished implements ClosedSource. An instant before the last arrival counts
// as that arrival's; an id that has not arrived is ignored.
func (c *clients) Finished(id policy.RequestID, at time.Duration, served bool) {
	if id >= c.id {
		return
	}
	at = max(at, c.last)
	think := seconds(c.think.Draw(c.rand.At(uint64(id))))
	if !served {
		think = max(think, unservedThink)
	}
	c.push(at + min(think, maxDuration-at))
}

// push adds the instant of a request.
func (c *clients) push(at time.Duration) {
	c.pending.Push(policy.Entry[time.Duration, struct{}]{Key: at})
}
