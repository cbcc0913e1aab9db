package load

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"

	"cnv/live/wire"
	"cnv/policy"
)

// Lanes are what requests in flight need, used again and again.
type lanes struct {
	mu   sync.Mutex
	free []*lane // used last comes last
	made int
}

// take is a free lane, nil if as many as may be are in use. It is called by one
// goroutine.
func (p *lanes) take(g *generator) *lane {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.free); n > 0 {
		l := p.free[n-1]
		p.free = p.free[:n-1]
		return l
	}
	if p.made == g.t.InFlight {
		return nil
	}
	p.made++
	return newLane(g)
}

func (p *lanes) give(l *lane) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free = append(p.free, l)
}

// A lane carries one request at a time.
type lane struct {
	g      *generator
	ids    *policy.Rand // of traces
	sent   Sent
	ask    Request
	wire   wire.Request
	answer bytes.Buffer // of Target.Check
}

func newLane(g *generator) *lane {
	return &lane{
		g: g, ids: policy.NewRand(g.t.Seed, "traceparent", 0),
		wire: wire.Request{Address: g.t.Address, Host: g.t.Address, Header: http.Header{"User-Agent": {"cnv-load"}}},
	}
}

// send sends the request, reads its answer to the end and records both.
func (l *lane) send() {
	g, s := l.g, &l.sent
	defer g.group.Done()
	ctx, stop := g.ctx, context.CancelFunc(func() {})
	if g.t.Timeout > 0 {
		ctx, stop = context.WithDeadline(ctx, g.t.Clock.At(g.start, s.Due+g.t.Timeout))
	}
	l.write()
	s.Lag = max(g.now()-s.Due, 0)
	s.Class, s.Err = l.exchange(ctx)
	stop()
	s.End = g.now()
	id, end, served := s.ID, s.End, s.served()
	g.tally.add(s)
	g.lanes.give(l)
	if g.loop != nil {
		g.loop.finished(id, end, served) // last: the client's next request may need the lane
	}
}

// write makes the HTTP request.
func (l *lane) write() {
	r, h := &l.wire, l.wire.Header
	r.Method, r.URI, r.Body, r.Length = http.MethodGet, l.ask.Path, l.ask.Body, int64(len(l.ask.Body))
	if l.ask.Body != nil {
		r.Method = http.MethodPost
	}
	put(h, "Traceparent", traceparent(l.ids.At(l.sent.ID)))
	put(h, "Cnv-Class", l.ask.Class)
	put(h, "Content-Type", l.ask.Type)
	put(h, "Cnv-Stands-For", l.ask.StandsFor)
}

// put sets a field, or takes it away if it is empty.
func put(h http.Header, field, value string) {
	switch held := h[field]; {
	case value == "":
		delete(h, field)
	case held == nil:
		h[field] = []string{value}
	default:
		held[0] = value
	}
}

// exchange sends the request and reads the answer.
func (l *lane) exchange(ctx context.Context) (Failure, error) {
	s := &l.sent
	a, err := l.g.t.Transport.Do(ctx, &l.wire)
	if err != nil {
		return l.why(ctx, unanswered(err)), err
	}
	defer a.Body.Close()
	s.Status = a.StatusCode
	s.read(a.Header)
	if s.Bytes, err = l.read(a.Body); err != nil {
		return l.why(ctx, Broken), err
	}
	if s.Bytes > l.g.t.MaxAnswer {
		return TooLong, fmt.Errorf("load: the answer is longer than %d bytes", l.g.t.MaxAnswer)
	}
	if s.Status == http.StatusGatewayTimeout && s.Reason == policy.ReasonClient.String() {
		return Timeout, errors.New("load: the gateway gave the request up, as its client waits no longer")
	}
	s.Finish = l.g.now()
	if s.Status < 200 || s.Status > 299 {
		return Status, nil
	}
	if l.g.t.Check != nil {
		if err := l.g.t.Check(s, l.answer.Bytes()); err != nil {
			return Wrong, err
		}
	}
	return "", nil
}

// read reads a body, one byte more than may be at most, and says how long it is.
func (l *lane) read(body io.Reader) (int64, error) {
	most := &io.LimitedReader{R: body, N: l.g.t.MaxAnswer + 1}
	if l.g.t.Check == nil {
		return io.Copy(io.Discard, most)
	}
	l.answer.Reset()
	return l.answer.ReadFrom(most)
}

// why is what was found, unless it came of giving up.
func (l *lane) why(ctx context.Context, found Failure) Failure {
	switch {
	case l.g.ctx.Err() != nil:
		return Interrupted
	case ctx.Err() != nil:
		return Timeout
	}
	return found
}

// unanswered is what an error of the transport means.
func unanswered(err error) Failure {
	var e *wire.Error
	var op *net.OpError
	switch {
	case errors.As(err, &e) && e.Started:
		return Reset
	case errors.As(err, &op):
		return Refused
	}
	return Invalid
}
