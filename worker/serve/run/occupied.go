package run

import (
	"sync"
	"time"

	"cnv/worker/serve/cpu"
)

// Occupied is the time that kernels were running, each counted by itself,
// whether they computed or waited. It may be used by many goroutines at once.
type Occupied struct {
	mu      sync.Mutex
	running int
	since   time.Time // of the last change
	sum     time.Duration
}

// add counts n kernels more from now on.
func (o *Occupied) add(n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.account()
	o.running += n
}

// account adds the time since the last change; o.mu is held.
func (o *Occupied) account() {
	now := time.Now()
	if o.running > 0 {
		o.sum += time.Duration(o.running) * now.Sub(o.since)
	}
	o.since = now
}

// Time is the sum so far.
func (o *Occupied) Time() time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.account()
	return o.sum
}

// Source tells it as the use of so many cores: a kernel that sleeps is taken
// to keep one busy. Where many workers pretend on one machine, that is what a
// machine of their own would show.
func (o *Occupied) Source(cores int) cpu.Source {
	began := time.Now()
	return cpu.Source{Name: "kernels", Read: func() (used, capacity time.Duration, err error) {
		return o.Time(), time.Since(began) * time.Duration(cores), nil
	}}
}
