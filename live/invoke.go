package live

import (
	"context"
	"errors"
	"net/http"

	"cnv/policy"
)

// A called is what came of a call of a function.
type called struct {
	answer *http.Response
	err    error
	panics any // what it panicked with
}

// invoke calls the function. It runs on when the attempt is cancelled, so its
// answer is waited for all the same: its environment is free only from there
// on, and the brain is told then.
func (a *attempt) invoke() (*http.Response, error) {
	a.x.mu.Lock()
	a.x.running++ // it reads the body
	a.x.mu.Unlock()
	came := make(chan called)
	go a.call(a.toFunction(), came)
	select {
	case c := <-came:
		a.back, a.came = true, c.err
		if c.panics != nil {
			panic(c.panics)
		}
		return c.answer, c.err
	case <-a.ctx.Done():
		return nil, context.Cause(a.ctx)
	}
}

// call makes the call and hands over what came of it, unless the attempt was
// cancelled meanwhile.
func (a *attempt) call(q *http.Request, came chan<- called) {
	c := a.roundTrip(q)
	a.x.mu.Lock()
	a.x.running--
	a.x.recycle()
	a.x.mu.Unlock()
	select {
	case came <- c:
	case <-a.ctx.Done():
		if c.answer != nil {
			c.answer.Body.Close()
		}
		a.returned(c.err)
	}
}

// roundTrip calls the function and keeps what it panics with.
func (a *attempt) roundTrip(q *http.Request) (c called) {
	defer func() { c.panics = recover() }()
	c.answer, c.err = a.x.g.o.Functions.RoundTrip(q)
	return c
}

// returned tells the brain that the call of a cancelled attempt has ended.
func (a *attempt) returned(err error) {
	e := policy.Event{Kind: policy.Returned, Attempt: a.n, Class: a.x.class}
	switch {
	case errors.Is(err, ErrThrottled):
		e.Status = policy.Throttled
	case errors.Is(err, ErrFunctionTimeout):
		e.Status = policy.Timeout
	}
	a.x.g.o.Brain.tell(&a.x.ticket, e)
}
