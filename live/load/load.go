// Package load replays a workload against a gateway, open loop: each request
// is due at an instant that does not depend on how the earlier ones fare, and
// its response time counts from that instant, so that a slow gateway cannot
// hide behind a generator that waits for it (coordinated omission). How late
// requests were sent is measured, and a run whose generator was too slow says
// so.
package load

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"cnv/live/wire"
	"cnv/workloads"
)

// A Target is where requests go.
type Target struct {
	Address   string          // of the gateway, host:port
	Transport *wire.Transport // nil: a new one; nothing is sent twice, as a http.Transport would
	Timeout   time.Duration   // clients leave after so long; 0 never
	InFlight  int             // requests at once; one more is dropped; 0: 10,000
	// Request makes the request of an arrival. It may be called by several
	// goroutines at once.
	Request func(a *workloads.Arrival) Request
}

// A Request is what is sent for an arrival.
type Request struct {
	Path  string // with query
	Class string // told to the gateway as Cnv-Class; "" leaves it to the path
	Type  string // Content-Type; "" none
	Body  []byte // a request without one is a GET
}

// A Sent is what became of one request.
type Sent struct {
	ID       uint64 // from 0 in order of arrival
	Arrival  workloads.Arrival
	Due      time.Duration // the intended instant
	Lag      time.Duration // how much later it was sent
	Finish   time.Duration // the last byte of the answer; -1 there was none
	Status   int           // 0: no answer
	Class    Failure
	Attempts int    // as the gateway says
	Worker   int32  // -1 unknown
	Kind     string // "vm" or "function"; "" unknown
	Cold     bool
	CPU      time.Duration // the worker's; 0 unknown
	Expected time.Duration // work that the gateway predicted; 0 unknown
}

// Failure says what went wrong with a request; it is empty if nothing did.
type Failure string

// The failures.
const (
	Dropped Failure = "dropped" // never sent: too many were in flight, or the run was interrupted
	Timeout Failure = "timeout" // the client's patience was over
	Refused Failure = "refused" // no connection, or it ended without an answer
	Broken  Failure = "broken"  // the answer broke off
	Status  Failure = "status"  // 4xx or 5xx
)

// A Report sums up a run.
type Report struct {
	Sent, Answered uint64
	Failed         map[Failure]uint64
	LagP50, LagP99 time.Duration
	ResponseP50    time.Duration // of whole answers
	ResponseP99    time.Duration
}

// Limited says why the generator, not the gateway, may have made the numbers;
// "" if it did not.
func (r *Report) Limited() string {
	switch {
	case r.Failed[Dropped] > 0:
		return "requests were dropped by the load generator"
	case r.Sent > 0 && r.LagP99 > r.ResponseP50/100:
		return "requests were sent late: the 99th percentile of the lag, " + r.LagP99.String() +
			", is more than 1 % of the median response time, " + r.ResponseP50.String()
	}
	return ""
}

// defaultInFlight is how many requests may be in flight at once.
const defaultInFlight = 10_000

// early is how long before a request is due the generator wakes up, to look at
// the clock until the instant has come: timers are late by some of it.
const early = 200 * time.Microsecond

// A generator is a run under way.
type generator struct {
	t     *Target
	start time.Time
	slots chan struct{}
	group sync.WaitGroup

	mu       sync.Mutex
	record   func(*Sent)
	report   Report
	lag      *hdrhistogram.Histogram // microseconds
	response *hdrhistogram.Histogram
}

// Run sends the arrivals of src, whose instants count from start, and calls
// record for each when it has ended, one at a time. It returns when all have.
// If ctx ends, what was not sent yet is not sent, and counts as dropped.
func Run(ctx context.Context, t Target, start time.Time, src workloads.Source, record func(*Sent)) (Report, error) {
	if t.InFlight == 0 {
		t.InFlight = defaultInFlight
	}
	if t.Transport == nil {
		t.Transport = &wire.Transport{}
		defer t.Transport.Close()
	}
	g := &generator{
		t: &t, start: start, slots: make(chan struct{}, t.InFlight), record: record,
		lag: hdrhistogram.New(1, 3_600_000_000, 3), response: hdrhistogram.New(1, 3_600_000_000, 3),
	}
	g.report.Failed = map[Failure]uint64{}
	if closed, ok := src.(workloads.ClosedSource); ok {
		g.closed(ctx, closed)
	} else {
		g.open(ctx, src)
	}
	g.group.Wait()
	r := g.report
	r.LagP50, r.LagP99 = quantile(g.lag, 50), quantile(g.lag, 99)
	r.ResponseP50, r.ResponseP99 = quantile(g.response, 50), quantile(g.response, 99)
	return r, src.Err()
}

func quantile(h *hdrhistogram.Histogram, p float64) time.Duration {
	return time.Duration(h.ValueAtQuantile(p)) * time.Microsecond
}

// open sends each arrival at its instant.
func (g *generator) open(ctx context.Context, src workloads.Source) {
	var a workloads.Arrival
	for id := uint64(0); src.Next(&a); id++ {
		s := &Sent{ID: id, Arrival: a, Due: a.At, Finish: -1, Worker: -1}
		if !g.wait(ctx, a.At) || !g.take() {
			s.Class = Dropped
			g.ended(s)
			continue
		}
		g.group.Go(func() { g.send(ctx, s, nil) })
	}
}

// closed lets a fixed number of clients send their next request some time
// after their last was answered.
func (g *generator) closed(ctx context.Context, src workloads.ClosedSource) {
	var mu sync.Mutex
	more := make(chan struct{}, 1)
	inFlight := 0
	for id := uint64(0); ctx.Err() == nil; {
		mu.Lock()
		at, ok := src.Peek()
		idle := inFlight == 0
		mu.Unlock()
		if !ok && idle {
			return
		}
		if !ok {
			select {
			case <-more:
			case <-ctx.Done():
			}
			continue
		}
		if !g.wait(ctx, at) {
			return
		}
		var a workloads.Arrival
		mu.Lock()
		if ok = src.Next(&a); ok {
			inFlight++
		}
		mu.Unlock()
		if !ok {
			continue
		}
		s := &Sent{ID: id, Arrival: a, Due: a.At, Finish: -1, Worker: -1}
		id++
		g.slots <- struct{}{}
		g.group.Go(func() {
			g.send(ctx, s, func(at time.Duration) {
				mu.Lock()
				inFlight--
				src.Finished(policyID(s.ID), at)
				mu.Unlock()
				select {
				case more <- struct{}{}:
				default:
				}
			})
		})
	}
}

// wait waits for an instant; false says that ctx ended first.
func (g *generator) wait(ctx context.Context, at time.Duration) bool {
	due := g.start.Add(at)
	if d := time.Until(due) - early; d > 0 {
		t := time.NewTimer(d)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return false
		}
	}
	for time.Until(due) > 0 {
		time.Sleep(min(time.Until(due), 20*time.Microsecond))
	}
	return ctx.Err() == nil
}

// take takes a slot if there is one.
func (g *generator) take() bool {
	select {
	case g.slots <- struct{}{}:
		return true
	default:
		return false
	}
}

// send sends one request and reads its answer to the end.
func (g *generator) send(ctx context.Context, s *Sent, finished func(at time.Duration)) {
	defer func() { <-g.slots }()
	var stop context.CancelFunc = func() {}
	if g.t.Timeout > 0 {
		ctx, stop = context.WithDeadline(ctx, g.start.Add(s.Due+g.t.Timeout))
	}
	defer stop()
	s.Lag = max(time.Since(g.start)-s.Due, 0)
	s.Class = g.exchange(ctx, s)
	if finished != nil {
		finished(time.Since(g.start))
	}
	g.ended(s)
}

// exchange does the HTTP part.
func (g *generator) exchange(ctx context.Context, s *Sent) Failure {
	q := g.t.Request(&s.Arrival)
	h := http.Header{"Traceparent": {traceparent(s.ID)}, "User-Agent": {"cnv-load"}}
	method := http.MethodGet
	if q.Body != nil {
		method = http.MethodPost
		h["Content-Type"] = []string{q.Type}
	}
	if q.Class != "" {
		h["Cnv-Class"] = []string{q.Class}
	}
	a, err := g.t.Transport.Do(ctx, &wire.Request{
		Address: g.t.Address, Method: method, URI: q.Path, Host: g.t.Address, Header: h, Body: q.Body, Length: int64(len(q.Body)),
	})
	if err != nil {
		if ctx.Err() != nil {
			return Timeout
		}
		return Refused
	}
	defer a.Body.Close()
	s.Status = a.StatusCode
	s.read(a.Header)
	if _, err := io.Copy(io.Discard, a.Body); err != nil {
		if ctx.Err() != nil {
			return Timeout
		}
		return Broken
	}
	s.Finish = time.Since(g.start)
	if s.Status >= 400 {
		return Status
	}
	return ""
}

// read takes what the gateway says of how it answered.
func (s *Sent) read(h http.Header) {
	num := func(k string) int64 {
		n, err := strconv.ParseInt(h.Get(k), 10, 64)
		if err != nil || n < 0 {
			return 0
		}
		return n
	}
	s.Kind, s.Cold = h.Get("Cnv-Kind"), h.Get("Cnv-Cold") == "true"
	if s.Kind != "" {
		s.Attempts = int(num("Cnv-Attempt")) + 1
	}
	if h.Get("Cnv-Worker") != "" {
		s.Worker = int32(num("Cnv-Worker"))
	}
	s.CPU = time.Duration(num("Cnv-Cpu-Us")) * time.Microsecond
	s.Expected = time.Duration(num("Cnv-Predicted-Us")) * time.Microsecond
}

// ended counts a request and records it.
func (g *generator) ended(s *Sent) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if s.Class != "" {
		g.report.Failed[s.Class]++
	}
	if s.Class != Dropped {
		g.report.Sent++
		_ = g.lag.RecordValue(min(s.Lag.Microseconds(), 3_600_000_000))
	}
	if s.Class == "" {
		g.report.Answered++
		_ = g.response.RecordValue(min((s.Finish - s.Due).Microseconds(), 3_600_000_000))
	}
	g.record(s)
}
