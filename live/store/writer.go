package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// A writer writes items in batches. Its queue is bounded: the oldest items
// are dropped for new ones, as their next window or measurement makes up for
// them.
type writer struct {
	o *Options

	mu     sync.Mutex
	queue  []Item
	n      Counts
	awake  chan struct{}
	closed bool
	done   chan struct{}
	stop   context.CancelFunc
	ctx    context.Context
}

// linger is how long a batch that is not full may wait.
const linger = time.Second

// Pauses between two tries of a batch: full jitter below a bound that doubles.
const (
	firstPause = 50 * time.Millisecond
	lastPause  = 10 * time.Second
)

func newWriter(o *Options) *writer {
	w := &writer{o: o, awake: make(chan struct{}, 1), done: make(chan struct{})}
	w.ctx, w.stop = context.WithCancel(context.Background())
	go w.run()
	return w
}

// add queues an item. It never waits.
func (w *writer) add(i Item) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		w.n.Dropped++
		return
	}
	if len(w.queue) >= w.o.Queue {
		n := max(1, w.o.Queue/10) // many at once, as moving the rest takes time
		w.queue = append(w.queue[:0], w.queue[n:]...)
		w.n.Dropped += uint64(n)
	}
	w.queue = append(w.queue, i)
	if len(w.queue) >= BatchSize {
		w.wake()
	}
}

func (w *writer) wake() {
	select {
	case w.awake <- struct{}{}:
	default:
	}
}

// run writes until the queue is empty after close.
func (w *writer) run() {
	defer close(w.done)
	t := time.NewTicker(linger)
	defer t.Stop()
	for {
		select {
		case <-w.awake:
		case <-t.C:
		}
		for {
			batch, closed := w.take()
			if len(batch) == 0 && closed {
				return
			}
			if len(batch) == 0 {
				break
			}
			w.write(batch)
		}
	}
}

// take removes a batch of items of different keys from the queue: of the
// same key the newest.
func (w *writer) take() (batch []Item, closed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	at := map[[2]string]int{}
	n := 0
	for _, i := range w.queue {
		key := [2]string{i.Partition, i.Sort}
		if j, twice := at[key]; twice {
			batch[j] = i
			n++
			continue
		}
		if len(batch) == BatchSize {
			break
		}
		at[key] = len(batch)
		batch = append(batch, i)
		n++
	}
	w.queue = append(w.queue[:0], w.queue[n:]...)
	return batch, w.closed
}

// write tries until all is written or there is no time left.
func (w *writer) write(batch []Item) {
	pause := firstPause
	for first := true; len(batch) > 0; first = false {
		if w.ctx.Err() != nil { // close says how many
			w.fail(len(batch))
			return
		}
		ctx, cancel := context.WithTimeout(w.ctx, w.o.Timeout)
		left, err := w.o.Table.Put(ctx, batch)
		cancel()
		if err != nil {
			left = batch
		}
		w.tell(batch, left)
		w.mu.Lock()
		w.n.Written += uint64(len(batch) - len(left))
		if !first {
			w.n.Retried += uint64(len(batch))
		}
		w.mu.Unlock()
		if len(left) == 0 {
			return
		}
		if first && err != nil && w.ctx.Err() == nil {
			w.o.Log.Warn("measurements are not written, tried again", "items", len(left), "err", err)
		}
		batch = left
		select {
		case <-w.ctx.Done():
		case <-time.After(rand.N(pause)):
		}
		pause = min(2*pause, lastPause)
	}
}

// tell tells the brain of the records of a batch that are written now.
func (w *writer) tell(batch, left []Item) {
	for _, i := range batch {
		same := func(l Item) bool { return l.Partition == i.Partition && l.Sort == i.Sort }
		if i.observed != nil && !slices.ContainsFunc(left, same) {
			w.o.Post(*i.observed)
		}
	}
}

func (w *writer) fail(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.n.Failed += uint64(n)
}

func (w *writer) counts() Counts {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.n
}

// close writes what waits until the context ends.
func (w *writer) close(ctx context.Context) error {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.wake()
	select {
	case <-w.done:
	case <-ctx.Done():
		w.stop()
		<-w.done
	}
	w.stop()
	c := w.counts()
	if c.Failed+c.Dropped > 0 {
		return fmt.Errorf("store: %w: %d of %d items", ErrLost, c.Failed+c.Dropped, c.Written+c.Failed+c.Dropped)
	}
	return nil
}

// ErrLost is that items could not be written before a Store had to close.
var ErrLost = errors.New("not everything measured was written")
