package route

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cnv/policy"
)

// A bookkeeper is a NovaOriginal whose book is compared with the world's.
type bookkeeper struct {
	*NovaOriginal
	t      *rapid.T
	view   *policy.View
	before map[policy.WorkerID]int // bookings before the last decision
}

func (b *bookkeeper) Route(v *policy.View, r *policy.Request) (policy.WorkerID, bool) {
	b.view = v
	want := b.searched(v)
	w, ok := b.NovaOriginal.Route(v, r)
	b.compare(v, r, want)
	return w, ok
}

func (b *bookkeeper) RouteAgain(v *policy.View, r *policy.Request, w policy.WorkerID) time.Duration {
	at := b.NovaOriginal.RouteAgain(v, r, w)
	want := time.Duration(0)
	for _, jobs := range b.book.jobs {
		for _, j := range jobs {
			if j.visible > v.Now && (want == 0 || j.visible < want) {
				want = j.visible
			}
		}
	}
	if at != want {
		b.t.Errorf("the next load changes at %v, want %v", at, want)
	}
	return at
}

// compare holds what the router has just used against the rules carried out by looking at
// every booking of every worker.
func (b *bookkeeper) compare(v *policy.View, r *policy.Request, booked policy.WorkerID) {
	got := policy.NoWorker
	for w, jobs := range b.book.jobs {
		if n := len(jobs); n > b.before[policy.WorkerID(w)] {
			got = policy.WorkerID(w)
		}
	}
	if got != booked {
		b.t.Errorf("the last decision was booked at worker %d, want %d", got, booked)
	}
	var open []headroom
	job := b.units(r)
	for _, id := range v.Ready() {
		if load := b.book.load(id, v.Now); load+job <= b.Capacity && load+job >= b.Floor {
			open = append(open, headroom{id, b.Capacity - load})
		}
	}
	if !slices.Equal(open, b.open) {
		b.t.Errorf("at %v %v are open, want %v", v.Now, b.open, open)
	}
}

// searched is where the open decision of a book belongs: at its aim, else at the first
// worker, that has more in flight than the book says. It notes how many the book has.
func (b *bookkeeper) searched(v *policy.View) policy.WorkerID {
	b.before = map[policy.WorkerID]int{}
	for w, jobs := range b.book.jobs {
		b.before[policy.WorkerID(w)] = len(jobs)
	}
	if !b.book.open {
		return policy.NoWorker
	}
	for _, id := range append([]policy.WorkerID{b.book.aim}, v.Ready()...) {
		if id != policy.NoWorker && int(v.Worker(id).InFlight) > b.before[id] {
			return id
		}
	}
	return policy.NoWorker
}

// spilling sends a third of what has a host elsewhere: to a function, to the
// queue, away.
type spilling struct{}

func (spilling) Decide(v *policy.View, r *policy.Request, _ policy.WorkerID, ok bool) policy.Choice {
	switch {
	case r.ID%9 == 1 && v.FunctionFits(r), !ok && v.FunctionFits(r):
		return policy.ToFunction
	case r.ID%9 == 2:
		return policy.ToQueue
	case r.ID%9 == 3:
		return policy.ToReject
	case !ok:
		return policy.ToQueue
	}
	return policy.ToWorker
}

// TestNovaOriginalBook: whatever the Spill, the queue, failures and launches
// make of its decisions, the book holds the requests that are in flight at
// each worker, no more and no less; and what is kept of it from one decision to the next is
// what looking at all of it gives, to the last bit.
func TestNovaOriginalBook(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := &bookkeeper{NovaOriginal: NewNovaOriginal(), t: t}
		b.rand = policy.NewRand(1, "router", 0)
		cfg := policy.Config{
			Leader: true, Router: b, Spill: spilling{},
			Classes: []policy.Class{{Name: "c", Prior: 1}},
			Pools:   []policy.Pool{{Name: "p", Cores: 1, Speed: 1, Max: rapid.IntRange(0, 6).Draw(t, "max")}},
		}
		if rapid.Bool().Draw(t, "functions") {
			cfg.Functions = &policy.Functions{Share: 1}
		}
		c, err := policy.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		w := &ledger{c: c, wake: -1, at: map[policy.RequestID]policy.WorkerID{}}
		for range rapid.IntRange(0, 3).Draw(t, "workers") {
			w.grow(3)
		}
		t.Repeat(map[string]func(*rapid.T){
			"arrive": func(t *rapid.T) {
				w.step(policy.Event{Kind: policy.Arrival, Request: w.next, Truth: rapid.Float64Range(0.05, 4).Draw(t, "work")})
				w.next++
			},
			"end": func(t *rapid.T) {
				w.end(t, rapid.SampledFrom([]policy.Status{policy.OK, policy.OK, policy.Error}).Draw(t, "status"))
			},
			"grow": func(t *rapid.T) { w.grow(rapid.IntRange(1, 3).Draw(t, "as far as")) },
			"pass": func(t *rapid.T) { w.pass(time.Duration(rapid.IntRange(0, 6).Draw(t, "seconds")) * time.Second) },
			"": func(t *rapid.T) {
				if got, want := settled(b).String(), w.String(); got != want {
					t.Fatalf("the book says %s, in flight are %s", got, want)
				}
			},
		})
	})
}

// A ledger is the truth about where requests are in flight.
type ledger struct {
	c    *policy.Controller
	now  time.Duration
	wake time.Duration
	next policy.RequestID
	size policy.WorkerID
	at   map[policy.RequestID]policy.WorkerID
	n    map[policy.RequestID]uint8
}

func (w *ledger) step(e policy.Event) {
	for _, c := range w.c.Step(w.now, &e, nil) {
		switch c.Kind {
		case policy.Dispatch, policy.Invoke:
			w.at[c.Request] = c.Worker
			if w.n == nil {
				w.n = map[policy.RequestID]uint8{}
			}
			w.n[c.Request] = c.Attempt
		case policy.WakeAt:
			w.wake = c.At
		}
	}
}

// end ends the attempt of one request in flight.
func (w *ledger) end(t *rapid.T, status policy.Status) {
	ids := w.ids()
	if len(ids) == 0 {
		t.Skip("nothing in flight")
	}
	id := rapid.SampledFrom(ids).Draw(t, "request")
	delete(w.at, id)
	w.step(policy.Event{Kind: policy.Done, Request: id, Attempt: w.n[id], Status: status})
}

// grow brings one more worker so many steps on its way to ready.
func (w *ledger) grow(steps int) {
	kinds := []policy.EventKind{policy.WorkerPending, policy.WorkerRunning, policy.WorkerReady}
	for _, k := range kinds[:steps] {
		w.step(policy.Event{Kind: k, Worker: w.size})
	}
	w.size++
}

// pass lets time go by, with the wakes asked for.
func (w *ledger) pass(d time.Duration) {
	for end := w.now + d; ; w.step(policy.Event{Kind: policy.Wake}) {
		if w.wake < 0 || w.wake > end {
			w.now = end
			return
		}
		w.now, w.wake = max(w.now, w.wake), -1
	}
}

func (w *ledger) ids() []policy.RequestID {
	var ids []policy.RequestID
	for id := range w.at {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

func (w *ledger) String() string {
	s := ""
	for _, id := range w.ids() {
		if w.at[id] != policy.NoWorker {
			s += fmt.Sprintf(" %d@%d", id, w.at[id])
		}
	}
	return s
}

// settled is a copy of the book as the next decision would find it.
func settled(b *bookkeeper) *book {
	c := book{last: b.book.last, aim: b.book.aim, open: b.book.open}
	for w, jobs := range b.book.jobs {
		for _, j := range jobs {
			c.add(policy.WorkerID(w), j)
		}
	}
	if b.view != nil {
		c.settle(b.view)
	}
	return &c
}

func (b *book) String() string {
	at := map[policy.RequestID]int{}
	var ids []policy.RequestID
	for w, jobs := range b.jobs {
		for _, j := range jobs {
			ids = append(ids, j.id)
			at[j.id] = w
		}
	}
	slices.Sort(ids)
	s := ""
	for _, id := range ids {
		s += fmt.Sprintf(" %d@%d", id, at[id])
	}
	return s
}
