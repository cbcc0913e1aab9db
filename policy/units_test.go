package policy

import (
	"math"
	"testing"
	"time"
)

// steered is a router that names a worker, whatever is there.
type steered struct{ to *WorkerID }

func (s steered) Route(*View, *Request) (WorkerID, bool) { return *s.to, *s.to != NoWorker }

// TestSpeedsAndCoresCount: what is predicted of machines of three cores that are twice as
// fast is not that of one core of speed 1.
func TestSpeedsAndCoresCount(t *testing.T) {
	pools := []Pool{{Name: "fast", Cores: 3, Speed: 2, Max: 4}, {Name: "slow", Cores: 1, Speed: 0.5, Max: 4}}
	l := newLab(t, 2, Config{Pools: pools, Classes: []Class{{Name: "a", Prior: 12}}})
	for _, k := range []EventKind{WorkerPending, WorkerRunning, WorkerReady} {
		l.out = l.c.Step(0, &Event{Kind: k, Worker: 2, Pool: 1}, l.out[:0])
	}
	f := &l.c.fleet
	if got := f.rate(); got != 2*3*2+0.5 {
		t.Errorf("all do %v a second, want 12.5", got)
	}
	l.c.View().EarliestFree(0) // from here on the index is kept
	now := 5 * time.Second
	e := arrival(0)
	l.out = l.c.Step(now, &e, l.out[:0]) // 12 CPU-seconds at worker 0
	for w, want := range []float64{5 + 12.0/6, 0, 0} {
		if got := f.freeAt(now, &f.workers[w]); got != want {
			t.Errorf("worker %d is free at %v s, want %v", w, got, want)
		}
		if got := f.workers[w].freeAt; got != want {
			t.Errorf("worker %d is free at %v s by the index, want %v", w, got, want)
		}
	}
	e = ended(0, 0, OK)
	l.out = l.c.Step(6*time.Second, &e, l.out[:0])
	if got := f.workers[0].freeAt; got != 0 {
		t.Errorf("an idle worker is free at %v s by the index, want 0", got)
	}
	for _, c := range []struct {
		p    Pool
		ps   bool
		want int32
	}{
		{Pool{Slots: 1, Cores: 3}, false, 1}, {Pool{Slots: 1, Cores: 3}, true, 1}, {Pool{Slots: 5, Cores: 3}, false, 5},
		{Pool{Cores: 3}, false, 3}, {Pool{Cores: 3}, true, math.MaxInt32},
	} {
		if got := c.p.servers(c.ps); got != c.want {
			t.Errorf("%+v, shared %v: %d at once, want %d", c.p, c.ps, got, c.want)
		}
		limited := c.p
		limited.Limit, limited.Speed = 1, 2
		if got := limited.atOnce(c.ps); got != 1 || limited.rate(c.ps) != 2 {
			t.Errorf("%+v, shared %v, one at a time: %d at once and %v a second, want 1 and 2", c.p, c.ps, got, limited.rate(c.ps))
		}
	}
}

// TestWorkOfATimeIsByTheSpeed: of a long request that was not measured, what it has taken
// is the time of its attempt on a core of the speed that it ran at.
func TestWorkOfATimeIsByTheSpeed(t *testing.T) {
	for _, c := range []struct{ speed, work, want float64 }{{2, 0, 60}, {0.5, 0, 15}, {2, 7, 7}, {2, math.Inf(1), 60}} {
		d := demand{speed: 1}
		d.bin(0)
		r := &request{}
		r.long[0] = d.arrive(0, 100, false)
		d.takes(r, c.speed)
		d.ran(r, &Outcome{Took: 30 * time.Second, Work: c.work})
		if got := d.long[r.long[0]-1].took; got != c.want {
			t.Errorf("30 s at speed %v, measured %v: %v, want %v", c.speed, c.work, got, c.want)
		}
	}
}

// TestAFreeWorkerIsTheRoutersFirst: what has waited goes to the worker that the router
// names, if it has a free slot, else to one that has.
func TestAFreeWorkerIsTheRoutersFirst(t *testing.T) {
	to := WorkerID(0)
	l := newLab(t, 3, Config{Router: steered{&to}, Pools: []Pool{{Name: "vm", Cores: 1, Speed: 1, Limit: 2, Max: 3}}})
	for id, w := range []WorkerID{0, 0, 1, 2} { // worker 0 is full, 1 and 2 have one each
		to = w
		e := arrival(RequestID(id))
		l.out = l.c.Step(0, &e, l.out[:0])
	}
	for _, c := range []struct{ named, want WorkerID }{{2, 2}, {1, 1}} {
		if got, ok := l.c.freeWorker(decision{worker: c.named, routed: c.named}); !ok || got != c.want {
			t.Errorf("named %d: %d %v, want %d", c.named, got, ok, c.want)
		}
	}
	if got, ok := l.c.freeWorker(decision{worker: 0, routed: 0}); !ok || got == 0 {
		t.Errorf("named a full one: %d %v, want another", got, ok)
	}
	if got, ok := l.c.freeWorker(decision{worker: NoWorker, routed: NoWorker}); !ok || got == 0 {
		t.Errorf("named none: %d %v, want one with a free slot", got, ok)
	}
}

// TestSettingsTellTheirValues: each setting gives what is configured, of its own pool.
func TestSettingsTellTheirValues(t *testing.T) {
	l := newLab(t, 2, Config{
		Pools: []Pool{{Name: "a", Cores: 1, Speed: 1, Min: 2, Max: 4}, {Name: "b", Cores: 1, Speed: 1, Min: 3, Max: 7, Initial: 3}},
		Retry: Retry{Max: 5, Budget: 0.25, Backoff: 3 * time.Second, AttemptTimeout: 9 * time.Second},
	})
	want := map[string]float64{"a.min": 2, "a.max": 4, "b.min": 3, "b.max": 7, "retry.max": 5, "retry.budget": 0.25, "retry.backoff": 3, "retry.attempt_timeout": 9}
	for _, s := range l.c.Settings() {
		if v, known := want[s.Name]; !known || s.Get() != v {
			t.Errorf("%s = %v, want %v (%v)", s.Name, s.Get(), v, known)
		}
		delete(want, s.Name)
	}
	if len(want) > 0 {
		t.Errorf("no settings %v", want)
	}
}

// TestOddMeasurementsOfTheStoreTeachNothing: work that was not measured, or cannot be, and
// classes that are not there.
func TestOddMeasurementsOfTheStoreTeachNothing(t *testing.T) {
	for _, c := range []struct {
		class ClassID
		work  float64
		want  float64
	}{{0, 4, 1.5}, {0, 0, 1}, {0, -1, 1}, {0, math.Inf(1), 1}, {0, math.NaN(), 1}, {1, 4, 1}} {
		l := newLab(t, 1, Config{Classes: []Class{{Name: "a", Prior: 1}}, LearnByStore: true, Store: true})
		l.out = l.c.Step(time.Second, &Event{Kind: Observed, Class: c.class, Work: c.work}, l.out[:0])
		if got := l.c.expected(0); got != c.want {
			t.Errorf("class %d, work %v: expected %v, want %v", c.class, c.work, got, c.want)
		}
	}
}
