package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"cnv/live/wire"
	"cnv/policy"
)

// ErrThrottled is wrapped by errors of Options.Functions when the function
// service takes no more calls.
var ErrThrottled = errors.New("throttled")

// ErrFunctionTimeout is wrapped by errors of Options.Functions when the
// function's time-out ended the call.
var ErrFunctionTimeout = errors.New("the function timed out")

var (
	errAborted    = errors.New("cancelled by the gateway")
	errLeft       = errors.New("given up by the gateway, which does not tell the worker")
	errWorkerLost = errors.New("the worker is lost")
)

// An attempt is one execution of a request on one worker or function.
type attempt struct {
	x        *exchange
	n        uint8
	worker   *Worker // nil: a function
	work     float64 // predicted
	known    bool    // by the estimator
	began    time.Time
	took     float64 // work, by the worker's word
	judged   bool    // took is known
	ctx      context.Context
	cancel   context.CancelCauseFunc
	answer   *http.Response
	whole    []byte // the answer's body, if it is held
	isWhole  bool
	reserved int64 // bytes of memory for it
	back     bool  // the function has answered
	came     error // what it answered with, if that is an error
	parked   bool  // its head was told to the brain, which has not decided; under x.mu
}

// newAttempt makes the attempt of a Dispatch or Invoke; x.mu is held.
func (x *exchange) newAttempt(cmd *policy.Command) *attempt {
	a := &attempt{x: x, n: cmd.Attempt, work: cmd.Work, known: cmd.Known}
	x.running++
	a.ctx, a.cancel = context.WithCancelCause(context.Background())
	if cmd.Kind == policy.Dispatch {
		a.worker = x.g.o.Workers.begin(cmd.Worker, a)
	}
	return a
}

// abort ends an attempt early and says why; x.mu is held. One whose answer has begun
// ends here, any other where it runs.
func (a *attempt) abort(why error) {
	a.cancel(why)
	if a.parked {
		a.parked = false
		go a.forgo()
		a.ended(policy.Event{Kind: policy.Done, Status: policy.Cancelled})
	}
}

// run sends the request and tells the brain what came of it: Done if the
// attempt has ended, Head if its answer has begun and is too long to hold.
func (x *exchange) run(a *attempt, handler bool) {
	e := a.guarded()
	x.mu.Lock()
	if handler && x.handler == handlerRuns {
		x.handler = handlerWaits
	}
	x.running--
	x.recycle()
	if e.Kind == policy.Head && a.ctx.Err() == nil {
		a.parked = true
		e.Attempt = a.n
		x.g.o.Brain.tell(&x.ticket, e)
		x.mu.Unlock()
		return
	}
	x.mu.Unlock()
	if e.Kind == policy.Head { // it was cancelled just now
		a.forgo()
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
	} else if a.back && e.Status == policy.Cancelled && !e.Unstarted {
		a.returned(a.came)
	}
	a.cancel(nil) // frees what the context holds
}

// guarded is try; whatever panics there fails the attempt, so that it ends for
// the brain too.
func (a *attempt) guarded() (e policy.Event) {
	defer func() {
		if r := recover(); r != nil {
			a.x.g.o.Log.Error("an attempt panicked", "panic", r, "stack", string(debug.Stack()))
			if a.answer != nil {
				a.answer.Body.Close()
			}
			e = a.failed(fmt.Errorf("panic: %v", r), false)
		}
	}()
	return a.try()
}

// try sends the request and reads the answer, or its head.
func (a *attempt) try() policy.Event {
	if a.ctx.Err() != nil || a.worker == nil && a.x.g.o.Functions == nil {
		return a.failed(context.Cause(a.ctx), true)
	}
	if a.x.cannotRepeat() {
		a.x.leave(http.StatusBadGateway)
		return policy.Event{Kind: policy.Done, Status: policy.Cancelled, Unstarted: true}
	}
	a.began = time.Now()
	if err := a.fetch(); err != nil {
		var w *wire.Error
		unstarted := errors.As(err, &w) && !w.Started
		a.x.spend(!unstarted)
		return a.failed(err, unstarted)
	}
	a.x.spend(true)
	if !a.isWhole {
		return policy.Event{Kind: policy.Head, Code: uint16(a.answer.StatusCode)}
	}
	return a.done()
}

// fetch sends the request and gets the answer, all of it if it is short enough to be
// held, else its head.
func (a *attempt) fetch() (err error) {
	switch {
	case a.worker == nil:
		a.answer, err = a.invoke()
	case a.leavable():
		return a.apart()
	default:
		a.answer, err = a.x.g.o.Transport.Do(a.ctx, a.toWorker())
	}
	if err != nil {
		return err
	}
	return a.hold()
}

// errLong is an answer with more bytes than it said.
var errLong = errors.New("the answer is longer than its Content-Length")

// hold reads the whole answer if it is short enough to be held, else its beginning.
func (a *attempt) hold() error {
	body, n := a.answer.Body, a.answer.ContentLength
	switch {
	case body == http.NoBody || n == 0 || a.x.r.Method == http.MethodHead:
		body.Close()
	case n > 0 && n <= a.x.g.o.WholeAnswer && a.x.room.take(n):
		a.reserved, a.whole = n, takeBuffer(n)
		_, err := io.ReadFull(body, a.whole)
		if err == nil {
			if _, err = body.Read(make([]byte, 1)); err == nil { // its end gives the connection back
				err = errLong
			}
		}
		body.Close()
		if err != io.EOF {
			return err
		}
	default:
		return a.holdBeginning()
	}
	a.isWhole = true
	return nil
}

// toWorker is what the worker is sent.
func (a *attempt) toWorker() *wire.Request {
	x := a.x
	q := &wire.Request{
		Address: a.worker.Address, Method: x.r.Method, URI: x.target(), Host: x.r.Host, Header: x.header,
		Body: x.body.bytes, Rest: x.body.rest, Length: x.body.size, Interim: x.interim,
	}
	if x.body.rest != nil {
		q.Stop = x.stopUpload
	}
	if len(x.r.Trailer) > 0 {
		q.Length, q.Trailer, q.IsTrailer = -1, x.r.Trailer, isTrailer // only chunked bodies have trailers
	}
	return q
}

// toFunction is the request as Options.Functions takes it.
func (a *attempt) toFunction() *http.Request {
	x := a.x
	q := &http.Request{
		Method: x.r.Method, URL: x.r.URL, Header: x.header, Host: x.r.Host, ContentLength: x.body.size,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Body: http.NoBody,
	}
	if x.body.size > 0 {
		q.Body = io.NopCloser(bytes.NewReader(x.body.bytes))
	}
	return q.WithContext(context.WithoutCancel(a.ctx))
}

// target is the request target in origin form, as it was received.
func (x *exchange) target() string {
	if u := x.r.RequestURI; strings.HasPrefix(u, "/") || u == "*" {
		return u
	}
	return x.r.URL.RequestURI()
}

// ownFault says whether an attempt came to nothing because the gateway had no file, memory
// or port left.
func ownFault(err error) bool {
	var w *wire.Error
	return errors.As(err, &w) && w.Own
}

// failed is the event of an attempt without an answer.
func (a *attempt) failed(err error, unstarted bool) policy.Event {
	e := policy.Event{Kind: policy.Done, Status: policy.Error, Unstarted: unstarted}
	switch cause := context.Cause(a.ctx); {
	case errors.Is(err, ErrThrottled):
		e.Status, e.Unstarted = policy.Throttled, true
	case cause == errAborted, cause == errLeft:
		e.Status = policy.Cancelled
	case ownFault(err):
		e.Status = policy.Cancelled // nobody's failure: it says nothing of the worker
	case errors.Is(err, ErrFunctionTimeout):
		e.Status = policy.Timeout
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
	if e.Work = a.measured(); e.Work > 0 {
		e.Executed = executed(h)
	}
	e.Cold = h.Get("Cnv-Cold") == "true" || h.Get("Cnv-Cold") == "1"
	if id := h.Get("Cnv-Instance"); id != "" {
		f := fnv.New64a()
		io.WriteString(f, id)
		e.Instance = f.Sum64()
	}
	return e
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}

// predictor names who has predicted the work of an attempt.
func (a *attempt) predictor() string {
	if a.known {
		return "estimator"
	}
	return "mean"
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
