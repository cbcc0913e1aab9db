package live

import (
	"context"
	"io"
	"net/http"
)

// A fetched is what came of the call of an attempt that may be left running.
type fetched struct {
	err    error
	panics any // what it panicked with
}

// leavable says whether the call may go on when the attempt is given up without a
// word to the worker. A streamed one may not: it reads the client's body.
func (a *attempt) leavable() bool { return a.x.g.leaves && a.x.body.rest == nil }

// left says whether the attempt was given up without a word to the worker.
func (a *attempt) left() bool { return context.Cause(a.ctx) == errLeft }

// apart is fetch under a policy.Leaver: it returns as soon as the attempt is given up,
// while the call goes on in a goroutine of its own.
func (a *attempt) apart() error {
	a.x.mu.Lock()
	a.x.running++ // it reads the body
	a.x.mu.Unlock()
	came := make(chan fetched)
	a.worker.holds(1)
	go a.carry(came)
	select {
	case f := <-came:
		if f.panics != nil {
			panic(f.panics)
		}
		return f.err
	case <-a.ctx.Done():
		return context.Cause(a.ctx)
	}
}

// carry makes the call and hands over what came of it. What comes after the attempt
// was left is read and thrown away, until the worker has ended the answer or is lost.
func (a *attempt) carry(came chan<- fetched) {
	defer a.worker.holds(-1)
	ctx, stop := context.WithCancelCause(context.Background())
	defer stop(nil)
	defer context.AfterFunc(a.worker.alive, func() { stop(errWorkerLost) })()
	defer context.AfterFunc(a.ctx, func() {
		if !a.left() {
			stop(context.Cause(a.ctx))
		}
	})()
	var f fetched
	func() {
		defer func() { f.panics = recover() }()
		f.err = a.converse(ctx)
	}()
	a.x.mu.Lock()
	a.x.running--
	a.x.recycle()
	a.x.mu.Unlock()
	handed := false
	select {
	case came <- f:
		if handed = true; f.err != nil || f.panics != nil || a.isWhole {
			return
		}
		<-a.ctx.Done() // whoever took over the head reads on and ends the attempt
	case <-a.ctx.Done():
	}
	if a.answer == nil || handed && !a.left() {
		return
	}
	if a.left() && f.panics == nil {
		_, _ = io.Copy(io.Discard, a.answer.Body)
	}
	a.answer.Body.Close()
}

// converse sends the request and reads the answer, or its head. An attempt that is
// given up while it connects ends there: nothing was sent.
func (a *attempt) converse(ctx context.Context) (err error) {
	q := a.toWorker()
	q.Connecting = a.ctx
	q.Interim = func(code int, h http.Header) {
		if a.ctx.Err() == nil {
			a.x.interim(code, h)
		}
	}
	if a.answer, err = a.x.g.o.Transport.Do(ctx, q); err != nil || a.left() {
		return err
	}
	return a.hold()
}

// forgo ends the call of an attempt whose head has come and that nobody wants any
// more. What carry reads to its end is not touched.
func (a *attempt) forgo() {
	if !a.leavable() || !a.left() {
		a.answer.Body.Close()
	}
}
