package load

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"cnv/live/clock"
	"cnv/live/wire"
	"cnv/workloads"
)

// A Target is where requests go.
type Target struct {
	Address   string          // of the gateway, host:port
	Transport *wire.Transport // nil: a new one; nothing is sent twice, as a http.Transport would
	Timeout   time.Duration   // clients leave so long after a request was due; 0 never
	InFlight  int             // requests at once; one more is dropped; 0: 10,000
	MaxAnswer int64           // bytes of an answer's body that are read; 0: 64 MiB
	Seed      uint64          // of trace ids: the same seed, the same ids
	Clock     clock.Slow      // of arrivals, time-outs and all that is told
	// Request makes the request of an arrival. It is called by one goroutine in
	// order of arrival, before the request is due if there is time. What it
	// takes beyond that is lag.
	Request func(a *workloads.Arrival) Request
	// Check says what is wrong with the body of a 2xx answer; nil: nobody
	// looks. It is called by several goroutines at once, after the response
	// time was taken, and must keep neither s nor body.
	Check func(s *Sent, body []byte) error
}

// A Request is what is sent for an arrival.
type Request struct {
	Path  string // with query
	Class string // told to the gateway as Cnv-Class; "" leaves it to the path
	Type  string // Content-Type; "" none
	Body  []byte // a request without one is a GET
	// StandsFor is the features and the key of a request that this one only takes
	// the time of, "k=v;k=v;key=HEX", told to the gateway as Cnv-Stands-For; "" none.
	StandsFor string
}

// Defaults of a Target.
const (
	defaultInFlight  = 10_000
	defaultMaxAnswer = 64 << 20
)

// complete fills in the defaults, or says what is wrong with a target.
func (t *Target) complete() error {
	var errs []error
	if _, _, err := net.SplitHostPort(t.Address); err != nil {
		errs = append(errs, fmt.Errorf("load: address %q: want host:port: %w", t.Address, err))
	}
	if t.Request == nil {
		errs = append(errs, errors.New("load: Request is missing: give what to send, such as Spin"))
	}
	if t.Timeout < 0 || t.InFlight < 0 || t.MaxAnswer < 0 {
		errs = append(errs, fmt.Errorf("load: timeout %v, in flight %d, longest answer %d: none may be negative", t.Timeout, t.InFlight, t.MaxAnswer))
	}
	if t.InFlight == 0 {
		t.InFlight = defaultInFlight
	}
	if t.MaxAnswer == 0 {
		t.MaxAnswer = defaultMaxAnswer
	}
	return errors.Join(errs...)
}

// A generator is a run under way.
type generator struct {
	t     *Target
	ctx   context.Context // ends when somebody loses patience
	start time.Time
	pace  *pace
	lanes lanes
	group sync.WaitGroup
	loop  *loop // nil: open loop
	tally tally
}

// Run sends the arrivals of src, whose instants count from start, and calls
// record for each when it has ended, one at a time; what it is given is used
// again afterwards. It returns when all have ended. If ctx ends, what is in
// flight is abandoned, and nothing more is sent. So it is, with an error, where
// sending falls behind for good: no run lasts much longer than its schedule.
//
// A workloads.ClosedSource is asked for more as its requests end.
func Run(ctx context.Context, t Target, start time.Time, src workloads.Source, record func(*Sent)) (Report, error) {
	if err := t.complete(); err != nil {
		return Report{}, err
	}
	if t.Transport == nil {
		t.Transport = &wire.Transport{}
		defer t.Transport.Close()
	}
	ctx, abandon := context.WithCancel(ctx)
	defer abandon()
	g := &generator{t: &t, ctx: ctx, start: start, pace: newPace(start, t.Clock), tally: newTally(record)}
	defer g.pace.close()
	var err error
	if closed, ok := src.(workloads.ClosedSource); ok {
		g.loop = newLoop(closed)
		err = g.closed()
	} else {
		err = g.open(src)
	}
	if err != nil {
		abandon()
	}
	g.group.Wait()
	return g.tally.close(), errors.Join(err, src.Err())
}

// now is the time since the start of the run.
func (g *generator) now() time.Duration { return g.t.Clock.Since(g.start) }

// tooLate is how late a request is, in real time, for the run to be given up: one that late
// says something of this machine, nothing of the gateway.
const tooLate = 5 * time.Second

// behind is the error of sending that cannot keep up; nil: it can.
func (g *generator) behind(at time.Duration) error {
	if late := g.now() - at; g.t.Clock.Real(late) > tooLate {
		return fmt.Errorf("load: limited by the load generator: the request due %v after the start is sent %v late, and later ones would be later still: this machine cannot send so many requests a second: lower the rate, or send from a larger machine",
			Round(at), Round(late))
	}
	return nil
}

// open sends each arrival at its instant.
func (g *generator) open(src workloads.Source) error {
	var a workloads.Arrival
	for id := uint64(0); g.ctx.Err() == nil && src.Next(&a); id++ {
		q := g.t.Request(&a)
		if g.pace.wait(g.ctx, a.At, nil) != due {
			return nil
		}
		if err := g.behind(a.At); err != nil {
			return err
		}
		g.launch(id, &a, q)
	}
	return nil
}

// launch sends a request now, in a goroutine of its own, unless too many are
// in flight: then it is dropped, never held back.
func (g *generator) launch(id uint64, a *workloads.Arrival, q Request) {
	l := g.lanes.take(g)
	if l == nil {
		g.drop(id, a)
		return
	}
	l.sent = Sent{ID: id, Arrival: *a, Due: a.At, Finish: never, Worker: unknown, Request: unknown}
	l.ask = q
	g.group.Add(1)
	go l.send()
}

// drop records a request that is not sent, as too many are in flight.
func (g *generator) drop(id uint64, a *workloads.Arrival) {
	s := Sent{ID: id, Arrival: *a, Due: a.At, End: g.now(), Finish: never, Worker: unknown, Request: unknown, Class: Dropped}
	g.tally.add(&s)
	if g.loop != nil {
		g.loop.finished(id, s.End, true) // nothing was asked, so nothing is asked again
	}
}
