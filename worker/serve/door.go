package serve

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
)

// A door lets so many requests in at once, and so many wait before it.
type door struct {
	slots   *semaphore.Weighted // first come, first served
	places  int64               // slots and places in the queue
	inside  atomic.Int64        // requests that hold a place
	running atomic.Int64        // of these, a slot
}

func newDoor(slots, queue int) *door {
	return &door{slots: semaphore.NewWeighted(int64(slots)), places: int64(slots) + int64(queue)}
}

// full says whether a request that came now would be turned away.
func (d *door) full() bool { return d.inside.Load() >= d.places }

// queued is how many requests wait.
func (d *door) queued() int64 { return max(0, d.inside.Load()-d.running.Load()) }

// The reasons for which a request is turned away.
var (
	errFull   = errors.New("the queue is full")
	errWaited = errors.New("the wait was too long")
)

// enter waits for a slot, and returns what gives it back. The error is errFull,
// errWaited, or the cause of ctx's end.
func (d *door) enter(ctx context.Context, most time.Duration) (leave func(), err error) {
	if d.inside.Add(1) > d.places {
		d.inside.Add(-1)
		return nil, errFull
	}
	wait, cancel := context.WithTimeoutCause(ctx, most, errWaited)
	defer cancel()
	if d.slots.Acquire(wait, 1) != nil {
		d.inside.Add(-1)
		return nil, context.Cause(wait)
	}
	d.running.Add(1)
	return func() {
		d.running.Add(-1)
		d.slots.Release(1)
		d.inside.Add(-1)
	}, nil
}
