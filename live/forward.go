package live

import (
	"context"
	"net/http"
)

// forward sends the request to the worker. Under a policy.Leaver that goes on when
// the attempt was given up without a word to the worker.
func (a *attempt) forward() (*http.Response, error) {
	if !a.x.g.leaves {
		return a.x.g.o.Transport.Do(a.ctx, a.toWorker())
	}
	a.x.mu.Lock()
	a.x.running++ // it reads the body
	a.x.mu.Unlock()
	ctx, stop := context.WithCancelCause(context.Background())
	context.AfterFunc(a.ctx, func() {
		if cause := context.Cause(a.ctx); cause != errLeft {
			stop(cause)
		}
	})
	watched := context.AfterFunc(a.worker.alive, func() { stop(errWorkerLost) })
	came := make(chan called)
	a.worker.holds(1)
	go func() {
		defer a.worker.holds(-1)
		defer watched()
		a.carry(ctx, came)
	}()
	select {
	case c := <-came:
		if c.panics != nil {
			panic(c.panics)
		}
		return c.answer, c.err
	case <-a.ctx.Done():
		return nil, context.Cause(a.ctx)
	}
}

// carry makes the call and hands over what came of it, unless the attempt was given
// up meanwhile.
func (a *attempt) carry(ctx context.Context, came chan<- called) {
	defer func() {
		a.x.mu.Lock()
		a.x.running--
		a.x.recycle()
		a.x.mu.Unlock()
	}()
	var c called
	func() {
		defer func() { c.panics = recover() }()
		c.answer, c.err = a.x.g.o.Transport.Do(ctx, a.toWorker())
	}()
	select {
	case came <- c:
	case <-a.ctx.Done():
		if c.answer != nil {
			c.answer.Body.Close()
		}
	}
}
