package live

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"cnv/policy"
)

// ErrThrottled is wrapped by errors of Options.Functions when the function
// service takes no more calls.
var ErrThrottled = errors.New("throttled")

var (
	errAborted    = errors.New("cancelled by the gateway")
	errWorkerLost = errors.New("the worker is lost")
	errHidden     = errors.New("the connection broke after the request was sent")
)

// An attempt is one execution of a request on one worker or function.
type attempt struct {
	x        *exchange
	n        uint8
	worker   *Worker // nil: a function
	work     float64 // predicted
	ctx      context.Context
	cancel   context.CancelCauseFunc
	answer   *http.Response
	whole    []byte // the answer's body, if it is held
	isWhole  bool
	reserved int64 // bytes of memory for it
	parked   bool  // its head was told to the brain, which has not decided; under x.mu
}

// newAttempt makes the attempt of a Dispatch or Invoke; x.mu is held.
func (x *exchange) newAttempt(cmd *policy.Command) *attempt {
	a := &attempt{x: x, n: cmd.Attempt, work: cmd.Work}
	a.ctx, a.cancel = context.WithCancelCause(context.Background())
	if cmd.Kind == policy.Dispatch {
		a.worker = x.g.o.Workers.begin(cmd.Worker, a)
	}
	return a
}

// abort ends an attempt early; x.mu is held. One whose answer has begun ends
// here, any other where it runs.
func (a *attempt) abort() {
	a.cancel(errAborted)
	if a.parked {
		a.parked = false
		go a.answer.Body.Close()
		a.ended(policy.Event{Kind: policy.Done, Status: policy.Cancelled})
	}
}

// run sends the request and tells the brain what came of it: Done if the
// attempt has ended, Head if its answer has begun and is too long to hold.
func (x *exchange) run(a *attempt, handler bool) {
	e := a.try()
	x.mu.Lock()
	if handler {
		x.busy = false
	}
	if x.returned { // nobody else will
		x.g.memory.give(a.reserved)
		a.reserved = 0
	}
	if e.Kind == policy.Head && a.ctx.Err() == nil {
		a.parked = true
		e.Attempt = a.n
		x.g.o.Brain.tell(&x.ticket, e)
		x.mu.Unlock()
		return
	}
	x.mu.Unlock()
	if e.Kind == policy.Head { // it was cancelled just now
		a.answer.Body.Close()
		e = a.failed(context.Cause(a.ctx), false)
	}
	a.ended(e)
}

// ended tells the brain how the attempt ended, once.
func (a *attempt) ended(e policy.Event) {
	e.Attempt = a.n
	a.x.g.o.Brain.tell(&a.x.ticket, e)
	if a.worker != nil {
		a.worker.end(a)
	}
	a.cancel(nil) // frees what the context holds
}

// try sends the request and reads the answer, or its head.
func (a *attempt) try() policy.Event {
	via := a.x.g.o.Functions
	if a.worker != nil {
		via = a.x.g.o.Transport
	}
	if via == nil || a.ctx.Err() != nil {
		return a.failed(context.Cause(a.ctx), true)
	}
	sent := false
	answer, err := via.RoundTrip(a.request(&sent))
	if err != nil {
		return a.failed(err, !sent)
	}
	a.answer = answer
	limit := a.x.g.o.WholeAnswer
	switch n := answer.ContentLength; {
	case answer.Body == http.NoBody || n == 0 || a.x.r.Method == http.MethodHead:
		answer.Body.Close()
		a.isWhole = true
	case n > 0 && n <= limit && a.x.g.memory.take(n):
		a.reserved, a.whole, a.isWhole = n, make([]byte, n), true
		_, err = io.ReadFull(answer.Body, a.whole)
		answer.Body.Close()
	}
	if err != nil {
		return a.failed(err, false)
	}
	if !a.isWhole {
		return policy.Event{Kind: policy.Head, Code: uint16(answer.StatusCode)}
	}
	return a.done()
}

// request is what the worker is sent. *sent is set once the head is on its way.
func (a *attempt) request(sent *bool) *http.Request {
	x := a.x
	out := &http.Request{
		Method: x.r.Method, Header: x.header, Host: x.r.Host, ContentLength: x.body.size,
		URL: &url.URL{Scheme: "http", Opaque: x.r.RequestURI}, Trailer: x.r.Trailer,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	if u := x.r.RequestURI; !strings.HasPrefix(u, "/") && u != "*" || strings.HasPrefix(u, "//") {
		out.URL = &url.URL{Scheme: "http", Path: x.r.URL.Path, RawPath: x.r.URL.RawPath, RawQuery: x.r.URL.RawQuery, ForceQuery: x.r.URL.ForceQuery}
	}
	if a.worker != nil {
		out.URL.Host = a.worker.Address
	} else {
		out.URL.Host = "function"
	}
	if len(x.r.Trailer) > 0 {
		out.ContentLength = -1 // only chunked bodies have trailers
	}
	if x.body.rest != nil || len(x.body.bytes) > 0 || len(x.r.Trailer) > 0 {
		out.Body = &upload{rest: x.body.bytes, stream: x.body.rest}
	}
	return out.WithContext(httptrace.WithClientTrace(a.ctx, a.trace(sent)))
}

// trace passes interim answers on and sees to it that the client side never
// repeats on its own what may have been executed: repeating is the policy's
// to decide, and is counted.
func (a *attempt) trace(sent *bool) *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(string) {
			if *sent {
				a.cancel(errHidden)
			}
		},
		WroteHeaders: func() { *sent = true },
		Got1xxResponse: func(code int, h textproto.MIMEHeader) error {
			if code != http.StatusContinue && code != http.StatusSwitchingProtocols {
				a.x.interim(code, h)
			}
			return nil
		},
	}
}

// An upload reads a body; unlike a bytes.Reader it is nothing that the client
// side knows how to send twice.
type upload struct {
	rest   []byte
	stream io.Reader
	closed atomic.Bool
}

func (u *upload) Read(p []byte) (int, error) {
	if len(u.rest) > 0 {
		n := copy(p, u.rest)
		u.rest = u.rest[n:]
		return n, nil
	}
	if u.stream == nil || u.closed.Load() {
		return 0, io.EOF
	}
	return u.stream.Read(p)
}

// Close stops reading from the client.
func (u *upload) Close() error { u.closed.Store(true); return nil }

// failed is the event of an attempt without an answer.
func (a *attempt) failed(err error, unstarted bool) policy.Event {
	e := policy.Event{Kind: policy.Done, Status: policy.Error, Unstarted: unstarted || isDial(err)}
	switch cause := context.Cause(a.ctx); {
	case errors.Is(err, ErrThrottled):
		e.Status, e.Unstarted = policy.Throttled, true
	case cause == errAborted:
		e.Status = policy.Cancelled
	case cause != nil && err != nil:
		err = cause
	}
	if a.worker != nil {
		a.worker.failed(e, err)
	}
	return e
}

// done is the event of an attempt whose answer is complete.
func (a *attempt) done() policy.Event {
	h := a.answer.Header
	e := policy.Event{Kind: policy.Done, Code: uint16(a.answer.StatusCode)}
	if a.answer.StatusCode >= 500 {
		e.Status = policy.Error
	}
	if us, err := strconv.ParseInt(h.Get("Cnv-Cpu-Us"), 10, 64); err == nil && us > 0 && a.answer.StatusCode < 400 {
		e.Work = float64(us) / 1e6 * a.speed()
	}
	e.Cold = h.Get("Cnv-Cold") == "true" || h.Get("Cnv-Cold") == "1"
	if id := h.Get("Cnv-Instance"); id != "" {
		f := fnv.New64a()
		io.WriteString(f, id)
		e.Instance = f.Sum64()
	}
	return e
}

// speed turns CPU time into work.
func (a *attempt) speed() float64 {
	if a.worker != nil {
		return a.worker.Speed
	}
	return 1
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}

// isDial says whether an error came before anything was sent.
func isDial(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// kind names where an attempt ran.
func (a *attempt) kind() string {
	if a.worker == nil {
		return "function"
	}
	return "vm"
}

// micros writes seconds of work as whole microseconds.
func micros(s float64) string {
	return fmt.Sprint(int64(math.Round(min(s, 9e12) * 1e6)))
}

// NewTransport is the client side towards workers: many kept connections, and
// nothing that it does on its own. Connections are given up before workers
// close them.
func NewTransport() *http.Transport {
	return &http.Transport{
		DialContext:         (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 15 * time.Second}).DialContext,
		MaxIdleConnsPerHost: 1024,
		IdleConnTimeout:     30 * time.Second,
		DisableCompression:  true,
		WriteBufferSize:     64 << 10,
		ReadBufferSize:      64 << 10,

		MaxResponseHeaderBytes: 1 << 20,
	}
}
