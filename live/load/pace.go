package load

import (
	"context"
	"time"

	"cnv/live/clock"
)

// A pace waits for instants of a run. The runtime's timers are about half a
// millisecond late where nothing else goes on, as an idle thread waits for the
// network in whole milliseconds; so the last of a wait is left to a timer of
// the kernel that the network poller waits for, and the last of that to looking
// at the clock. Medians of BenchmarkSend on 2 cores that others kept busy, at
// 500 and 5,000 requests a second: 37 and 28 µs late, by timers alone 642 and
// 580 µs, for 30 to 60 µs more CPU time a request. The 99th percentile was some
// milliseconds either way: that of a machine with more to do than cores.
//
// In testing/synctest timers are exact and nothing else moves the clock, so
// there is nothing but timers.
//
// Note: nanosleep(2) instead is 100 and 51 µs late: it gives the processor
// away and has to get it back.
type pace struct {
	start time.Time
	clock clock.Slow
	timer *time.Timer
	nap   *napper       // nil: there is nothing but the timer
	fine  time.Duration // before the instant the timer is left
}

const (
	fine = 2 * time.Millisecond  // more than timers are late
	edge = 60 * time.Microsecond // more than the kernel is late
)

func newPace(start time.Time, slow clock.Slow) *pace {
	p := &pace{start: start, clock: slow, timer: time.NewTimer(time.Hour), nap: newNapper()}
	if p.nap != nil && !moves(p.nap) {
		p.nap.close()
		p.nap = nil
	}
	if p.nap != nil {
		p.fine = fine
	}
	return p
}

func (p *pace) close() {
	p.timer.Stop()
	if p.nap != nil {
		p.nap.close()
	}
}

// moves says whether the clock goes on while the kernel waits; that of
// testing/synctest stands still.
func moves(n *napper) bool {
	before := time.Now()
	n.nap(edge)
	return time.Since(before) > 0
}

// A reason is why a wait is over.
type reason int

const (
	due   reason = iota // the instant has come
	woken               // something happened before
	ended               // the context ended before
)

// wait waits for an instant. Wake may be nil; in the last two milliseconds it
// is not heard.
func (p *pace) wait(ctx context.Context, at time.Duration, wake <-chan struct{}) reason {
	instant := p.clock.At(p.start, at)
	if d := time.Until(instant) - p.fine; d > 0 {
		p.timer.Reset(d)
		select {
		case <-p.timer.C:
		case <-wake:
			return woken
		case <-ctx.Done():
			return ended
		}
	}
	for p.nap != nil {
		d := time.Until(instant)
		if d <= 0 {
			break
		}
		if d > edge {
			p.nap.nap(d - edge)
		}
	}
	if ctx.Err() != nil {
		return ended
	}
	return due
}
