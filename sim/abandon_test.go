package sim

import (
	"testing"
	"time"

	"cnv/policy"
	"cnv/results"
	"cnv/workloads"
)

// jobs makes arrivals at instants with works, both in seconds.
func jobs(atAndWork ...[2]float64) *list {
	l := &list{}
	for _, j := range atAndWork {
		l.arrivals = append(l.arrivals, workloads.Arrival{At: duration(j[0]), Work: duration(j[1])})
	}
	return l
}

// TestAbandoned: one core, patience 3 s. First come, first served, the first
// job is answered at 2 s; the second has had one of its two seconds when it is
// abandoned at 3 s, the third is in line. Shared, two jobs of 2 s have half a
// second left each, and the third shares the core with what goes on.
func TestAbandoned(t *testing.T) {
	fcfs := [][2]float64{{0, 2}, {0, 2}, {0, 2}, {3.5, 0.25}}
	shared := [][2]float64{{0, 2}, {0, 2}, {3.25, 0.5}}
	for _, c := range []struct {
		ps     bool
		jobs   [][2]float64
		does   Abandoned
		finish float64 // of the last
		busy   float64 // core-seconds in all
	}{
		{false, fcfs, Stops, 3.75, 3.25},
		{false, fcfs, Finishes, 4.25, 4.25},
		{false, fcfs, RunsOn, 6.25, 6.25},
		{true, shared, Stops, 3.75, 3.5},
		{true, shared, Finishes, 4.5, 4.5},
		{true, shared, RunsOn, 4.5, 4.5},
	} {
		cfg := fleet(1, &roundRobin{})
		cfg.PS, cfg.Abandoned, cfg.Timeout, cfg.Duration = c.ps, c.does, 3*time.Second, 10*time.Second
		if !c.ps {
			cfg.Control.Pools[0].Slots = 1
		}
		m := play(t, cfg, jobs(c.jobs...))
		got := m.byID(t)
		if last := got[len(got)-1]; last.Ending != results.Answered || last.Finish != duration(c.finish) {
			t.Errorf("ps %v, %v: the last job ended %v at %v, want answered at %vs", c.ps, c.does, last.Ending, last.Finish, c.finish)
		}
		if m.counts.BusyCoreSeconds < c.busy-1e-6 || m.counts.BusyCoreSeconds > c.busy+1e-6 {
			t.Errorf("ps %v, %v: %v core-seconds, want %v", c.ps, c.does, m.counts.BusyCoreSeconds, c.busy)
		}
	}
}

// TestWorkForNobodyIsCountedToTheEnd: a client leaves at 3 s, the run lasts 10 s
// and nothing else happens in it.
func TestWorkForNobodyIsCountedToTheEnd(t *testing.T) {
	for _, c := range []struct{ work, busy float64 }{{5, 5}, {60, 10}} {
		cfg := fleet(1, &roundRobin{})
		cfg.Abandoned, cfg.Timeout, cfg.Duration = Finishes, 3*time.Second, 10*time.Second
		m := play(t, cfg, jobs([2]float64{0, c.work}))
		if m.counts.BusyCoreSeconds != c.busy || m.end != 10*time.Second {
			t.Errorf("%v s of work: %v core-seconds until %v, want %v until 10s", c.work, m.counts.BusyCoreSeconds, m.end, c.busy)
		}
	}
}

// none wants no workers any more.
type none struct{}

func (none) Period() time.Duration              { return 2500 * time.Millisecond }
func (none) Size(*policy.ScaleView) policy.Plan { return policy.Plan{Desired: []int{0}} }

// TestDrainWaitsForWorkForNobody: a worker that is to go from 2.5 s on still
// works until 4 s for a client that left at 3 s.
func TestDrainWaitsForWorkForNobody(t *testing.T) {
	for does, want := range map[Abandoned]float64{Stops: 3, Finishes: 4, RunsOn: 6} {
		cfg := fleet(1, &roundRobin{})
		cfg.Control.Scaler = none{}
		cfg.Control.Pools[0].Slots = 1
		cfg.Abandoned, cfg.Timeout, cfg.Duration = does, 3*time.Second, 10*time.Second
		m := play(t, cfg, jobs([2]float64{0, 2}, [2]float64{0, 2}, [2]float64{0, 2}))
		if m.counts.VMSeconds != want {
			t.Errorf("%v: the worker was there for %v s, want %v", does, m.counts.VMSeconds, want)
		}
	}
}

// TestWhatWasSentArrives: a client that leaves while its request is on its way
// to the worker stops it there, unless nobody notices.
func TestWhatWasSentArrives(t *testing.T) {
	for does, want := range map[Abandoned]float64{Stops: 0, Finishes: 0, RunsOn: 1} {
		cfg := fleet(1, &roundRobin{})
		cfg.Network = constant(0.5)
		cfg.Abandoned, cfg.Timeout, cfg.Duration = does, 200*time.Millisecond, 10*time.Second
		if m := play(t, cfg, at(0)); m.counts.BusyCoreSeconds != want {
			t.Errorf("%v: %v core-seconds, want %v", does, m.counts.BusyCoreSeconds, want)
		}
	}
}

// TestAttemptTimeout: a worker hangs; the attempt on it is given up after 1.5 s
// and made again on the other one, and without a retry the answer is 504.
func TestAttemptTimeout(t *testing.T) {
	for retries, want := range []struct {
		ending results.Ending
		status int32
		finish time.Duration
	}{{results.Failed, 504, results.Never}, {results.Answered, 200, 3500 * time.Millisecond}} {
		cfg := fleet(2, &roundRobin{})
		cfg.Faults = []Fault{{At: 0, Kind: Hang, Worker: 0, Detected: time.Hour}}
		cfg.Control.Retry = policy.Retry{Max: retries, Budget: 1, AttemptTimeout: 1500 * time.Millisecond}
		q := play(t, cfg, at(1)).byID(t)[0]
		if q.Ending != want.ending || q.Status != want.status || q.Finish != want.finish || int(q.Attempts) != retries+1 {
			t.Errorf("%d retries: %+v, want %+v", retries, q, want)
		}
	}
}

// lateCancel cancels the first attempt of request 0 once more when request 2
// arrives.
type lateCancel struct{ w *world }

func (l *lateCancel) Add(_ time.Duration, e *policy.Event, _ []policy.Command) {
	if e.Kind == policy.Arrival && e.Request == 2 {
		l.w.cancel(&policy.Command{Kind: policy.Cancel, Request: 0})
	}
}

// TestLateCancelHitsNobody: the attempt was given up at 1 s, what it was kept in
// is that of request 1 since 2 s, and request 0 is to be tried again.
func TestLateCancelHitsNobody(t *testing.T) {
	cfg := fleet(1, &roundRobin{})
	cfg.Control.Retry = policy.Retry{Max: 1, Budget: 1, Backoff: time.Minute, AttemptTimeout: time.Second}
	late := &lateCancel{}
	cfg.Journal = late
	m := &memory{}
	w, err := newWorld(&cfg, jobs([2]float64{0, 60}, [2]float64{2, 0.9}, [2]float64{2.5, 0.1}), m)
	if err != nil {
		t.Fatal(err)
	}
	late.w = w
	if err := w.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.close()
	if q := m.byID(t)[1]; q.Ending != results.Answered || q.Finish != 2900*time.Millisecond {
		t.Errorf("request 1: %+v, want an answer at 2.9s", q)
	}
}
