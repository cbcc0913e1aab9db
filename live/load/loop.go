package load

import (
	"sync"
	"time"

	"cnv/policy"
	"cnv/workloads"
)

// A loop is a ClosedSource that several goroutines may tell of requests that
// have ended.
type loop struct {
	mu       sync.Mutex
	src      workloads.ClosedSource
	inFlight int
	more     chan struct{} // holds something if a request ended since it was emptied
}

func newLoop(src workloads.ClosedSource) *loop {
	return &loop{src: src, more: make(chan struct{}, 1)}
}

// peek is the next arrival known now; over says that there will be none.
func (l *loop) peek() (at time.Duration, ok, over bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at, ok = l.src.Peek()
	return at, ok, !ok && l.inFlight == 0
}

// next takes the earliest arrival.
func (l *loop) next(a *workloads.Arrival) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.src.Next(a) {
		return false
	}
	l.inFlight++
	return true
}

// finished makes the client of a request go on.
func (l *loop) finished(id uint64, at time.Duration, served bool) {
	l.mu.Lock()
	l.inFlight--
	l.src.Finished(policy.RequestID(id), at, served)
	l.mu.Unlock()
	select {
	case l.more <- struct{}{}:
	default:
	}
}

// closed lets a fixed number of clients send their next request some time
// after their last was answered or given up. While it waits for the earliest
// arrival that it knows, a request may end whose client comes before that.
func (g *generator) closed() error {
	var a workloads.Arrival
	for id := uint64(0); g.ctx.Err() == nil; {
		at, ok, over := g.loop.peek()
		if over {
			break
		}
		if !ok {
			select {
			case <-g.loop.more:
			case <-g.ctx.Done():
			}
			continue
		}
		if g.pace.wait(g.ctx, at, g.loop.more) != due {
			continue
		}
		if err := g.behind(at); err != nil {
			return err
		}
		if g.loop.next(&a) {
			g.launch(id, &a, g.t.Request(&a))
			id++
		}
	}
	return nil
}
