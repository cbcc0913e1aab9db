package load

import (
	"context"
	"time"
)

// A pace waits for instants of a run. The runtime's timers are about half a
// millisecond late where nothing else goes on, as an idle thread waits for the
// network in whole milliseconds; so the last of a wait is left to the kernel,
// which is late by its timer slack (50 µs on Linux), and the last of that to
// looking at the clock. Measured on 2 cores: 10 to 50 µs late at the median,
// against 570 µs, for 5 % of a core at 500 instants a second and 20 % at 5,000.
//
// In testing/synctest timers are exact and nothing else moves the clock, so
// there is nothing but timers.
type pace struct {
	start time.Time
	timer *time.Timer
	fine  time.Duration // before the instant the timer is left; 0: it is exact
}

const (
	fine = 2 * time.Millisecond  // more than timers are late
	edge = 60 * time.Microsecond // more than the kernel is late
)

func newPace(start time.Time) *pace {
	p := &pace{start: start, timer: time.NewTimer(time.Hour)}
	if moves() {
		p.fine = fine
	}
	return p
}

// moves says whether the clock goes on while a thread waits; that of
// testing/synctest stands still.
func moves() bool {
	before := time.Now()
	nap(edge)
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
	instant := p.start.Add(at)
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
	for p.fine > 0 {
		d := time.Until(instant)
		if d <= 0 {
			break
		}
		if d > edge {
			nap(d - edge)
		}
	}
	if ctx.Err() != nil {
		return ended
	}
	return due
}
