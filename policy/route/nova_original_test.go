package route

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cnv/policy"
	"cnv/policy/policytest"
)

// unit is the original's unit of work, CPU-seconds.
const unit = 0.4251803

// units is a request of so many units.
func units(n float64) *policy.Request { return &policy.Request{Work: n * unit, Known: true} }

// loaded is a router over workers with so many units each. The lab's
// requests are put into the book as Route would.
func loaded(t *testing.T, loads ...float64) (*policytest.Lab, *NovaOriginal) {
	l := policytest.NewLab(t, policy.Config{})
	l.Add(len(loads), 0)
	p := policytest.Start(l, NewNovaOriginal())
	for w, load := range loads {
		if load > 0 {
			id := l.Book(policy.WorkerID(w), load*unit)
			p.book.decide(booking{id, load, l.Now}, policy.WorkerID(w))
			p.book.settle(l.View())
		}
	}
	l.At(time.Second)
	return l, p
}

// TestNovaOriginalFilter: a worker is open while its load with the request
// is within [1.1, 20] units. The lower bound holds for each worker by
// itself, so an idle fleet refuses every small request.
func TestNovaOriginalFilter(t *testing.T) {
	for _, c := range []struct {
		loads     []float64
		job       *policy.Request
		open      []policy.WorkerID
		elsewhere policy.Choice // what becomes of it if none is open
	}{
		{[]float64{0, 0}, units(0.8), nil, policy.ToFunction},
		{[]float64{0, 0}, units(1.2), []policy.WorkerID{0, 1}, 0},
		{[]float64{0, 0.5, 4}, units(0.8), []policy.WorkerID{1, 2}, 0},
		{[]float64{18.7, 18.9}, units(1.2), []policy.WorkerID{0}, 0},
		{[]float64{19, 19}, units(1.2), nil, policy.LaunchAndWait},
		{[]float64{19.5}, units(0.8), nil, policy.ToFunction},
		{[]float64{0, 1}, units(100), []policy.WorkerID{0}, 0}, // counts 20
		{[]float64{18.7}, &policy.Request{Work: 9}, []policy.WorkerID{0}, 0},
		{[]float64{18.9}, &policy.Request{Work: 9}, nil, policy.LaunchAndWait}, // unknown counts 1.2
		{[]float64{18.7}, &policy.Request{Known: true}, []policy.WorkerID{0}, 0},
		{nil, units(5), nil, policy.LaunchAndWait},
	} {
		l, p := loaded(t, c.loads...)
		var open []policy.WorkerID
		for range 200 {
			if w, ok := p.Route(l.View(), c.job); ok && !slices.Contains(open, w) {
				open = append(open, w)
			}
		}
		slices.Sort(open)
		if !slices.Equal(open, c.open) {
			t.Errorf("loads %v, job %+v: workers %v, want %v", c.loads, c.job, open, c.open)
		}
		if got := p.NoHost(l.View(), c.job); c.open == nil && got != c.elsewhere {
			t.Errorf("loads %v, job %+v: choice %d, want %d", c.loads, c.job, got, c.elsewhere)
		}
	}
}

// TestNovaOriginalLottery: headrooms 20, 15, 5 win in that proportion.
func TestNovaOriginalLottery(t *testing.T) {
	l, p := loaded(t, 0, 5, 15)
	expect(t, frequencies(t, l, p, 40_000), 40_000, 20./40, 15./40, 5./40)
}

// TestNovaOriginalSeesBookingsLate: a decision is invisible to those within
// the booking delay, so a burst overruns the limit of a worker.
func TestNovaOriginalSeesBookingsLate(t *testing.T) {
	l, p := loaded(t, 0)
	job := units(12)
	fits := func() bool {
		_, ok := p.Route(l.View(), job)
		if ok {
			l.Book(0, job.Work)
		}
		return ok
	}
	if !fits() || !fits() {
		t.Error("two requests at one instant: the second saw the first")
	}
	l.At(l.Now + 999*time.Microsecond)
	if !fits() {
		t.Error("after 0.999 ms a booking was seen")
	}
	l.At(l.Now + time.Microsecond)
	if fits() {
		t.Error("after 1 ms no booking was seen")
	}
}

// TestNovaOriginalManners: what it does about failures, by the original's
// numbers.
func TestNovaOriginalManners(t *testing.T) {
	l, p := loaded(t, 0)
	for n, want := range []time.Duration{60, 120, 240, 480, 600, 600, 600} {
		if got := p.AttemptTimeout(n); got != want*time.Second {
			t.Errorf("attempt %d may take %v, want %v", n, got, want*time.Second)
		}
	}
	for status, want := range map[policy.Status]bool{
		policy.OK: false, policy.Error: true, policy.Timeout: true, policy.Cancelled: false, policy.Throttled: false,
	} {
		if got := p.Forget(&policy.Outcome{Status: status}); got != want {
			t.Errorf("status %d: forget = %v, want %v", status, got, want)
		}
	}
	least, most := time.Hour, time.Duration(0)
	for range 2000 {
		again, after := p.Retry(l.View(), nil)
		if !again {
			t.Fatal("gave up")
		}
		least, most = min(least, after), max(most, after)
	}
	if least < time.Second || least > 1020*time.Millisecond || most > 5*time.Second || most < 4980*time.Millisecond {
		t.Errorf("sleeps %v to %v, want all of 1 to 5 s", least, most)
	}
}

// A bookkeeper is a NovaOriginal whose book is compared with the world's.
type bookkeeper struct {
	*NovaOriginal
	view *policy.View
}

func (b *bookkeeper) Route(v *policy.View, r *policy.Request) (policy.WorkerID, bool) {
	b.view = v
	return b.NovaOriginal.Route(v, r)
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
// each worker, no more and no less.
func TestNovaOriginalBook(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := &bookkeeper{NovaOriginal: NewNovaOriginal()}
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
	c := b.book
	c.jobs = nil
	for _, jobs := range b.book.jobs {
		c.jobs = append(c.jobs, slices.Clone(jobs))
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
