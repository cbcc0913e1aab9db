package policy

import (
	"math"
	"testing"
	"time"
)

// demandAt is the demand over a minute at an instant.
func (l *lab) demandAt(at time.Duration) Demand {
	l.out = l.c.Step(at, &Event{Kind: Shed}, l.out[:0])
	return l.c.scaleView.Demand(time.Minute)
}

// TestDemandTakesBackWhatIsOver: twelve requests that were predicted to take ten
// minutes are wanted no more once they are answered, spilled ones included, and
// those that were turned away would have taken ten minutes.
func TestDemandTakesBackWhatIsOver(t *testing.T) {
	for name, c := range map[string]struct {
		cfg           Config
		during, after float64 // cores
	}{
		"served":   {Config{}, 12, 0},
		"spilled":  {Config{Spill: toFunction{}, Functions: &Functions{Share: 0.5}}, 6, 0},
		"rejected": {Config{Admission: nobodyIn{}}, 12, 12},
	} {
		c.cfg.Estimator = says(600)
		l := newLab(t, 12, c.cfg)
		for id := range RequestID(12) {
			e := arrival(id)
			l.out = l.c.Step(100*time.Second, &e, l.out[:0])
		}
		if d := l.demandAt(110 * time.Second); math.Abs(d.Work-c.during) > 1e-9 {
			t.Errorf("%s: %.2f cores while they run, want %v", name, d.Work, c.during)
		}
		for id := range RequestID(12) {
			e := ended(id, 0, OK)
			e.Work = 1
			l.out = l.c.Step(112*time.Second, &e, l.out[:0])
		}
		if d := l.demandAt(113 * time.Second); math.Abs(d.Work-c.after) > 1e-9 {
			t.Errorf("%s: %.2f cores when they are over, want %v", name, d.Work, c.after)
		}
		if d := l.demandAt(701 * time.Second); d.Work > 1e-9 {
			t.Errorf("%s: %.2f cores after ten minutes, want 0", name, d.Work)
		}
	}
}

// TestDemandKeepsWhatNeverRan: a client that leaves before its request ran would
// have wanted a core as long as the request was predicted to run; one that leaves
// while it runs wants none any more.
func TestDemandKeepsWhatNeverRan(t *testing.T) {
	l := newLab(t, 1, Config{Estimator: says(600)})
	for id := range RequestID(3) { // one runs, two are in line
		e := arrival(id)
		l.out = l.c.Step(0, &e, l.out[:0])
	}
	for id := range RequestID(2) {
		l.out = l.c.Step(100*time.Second, &Event{Kind: Gone, Request: id}, l.out[:0])
		e := ended(id, 0, Cancelled)
		e.Unstarted = id == 1
		l.out = l.c.Step(100*time.Second, &e, l.out[:0])
	}
	if d := l.demandAt(200 * time.Second); d.Work != 2 {
		t.Errorf("%.2f cores after they left, want 2", d.Work)
	}
	if d := l.demandAt(650 * time.Second); d.Work != 1 {
		t.Errorf("%.2f cores after ten minutes, want 1", d.Work)
	}
}

// TestDemandIsTheLoadOfWhatRuns: of jobs of exponential length, predicted by their
// mean, the mean demand is the mean number that run, whatever the window.
func TestDemandIsTheLoadOfWhatRuns(t *testing.T) {
	const mean, at, end = 60.0, time.Hour, 20 * time.Hour
	for _, window := range []time.Duration{20 * time.Second, time.Minute, 2 * time.Minute, 10 * time.Minute} {
		c := newLab(t, 200, Config{Estimator: says(mean), Pools: []Pool{{Cores: 1, Speed: 1, Max: 200}}})
		rnd := NewRand(1, "jobs", 0)
		var ends []time.Duration // by request; those that are over: 0
		next, sum, ran, samples := time.Duration(0), 0.0, 0.0, 0
		first := 0
		for now := time.Duration(0); now < end; now += time.Second {
			for ; next <= now; next += time.Duration(-math.Log(1-rnd.Float64()) * mean / 12 * 1e9) {
				e := arrival(RequestID(len(ends)))
				c.out = c.c.Step(now, &e, c.out[:0])
				took := math.Ceil(-math.Log(1-rnd.Float64()) * mean)
				ends = append(ends, now+time.Duration(took)*time.Second)
				if now >= at {
					ran += took
				}
			}
			for i := first; i < len(ends); i++ {
				if ends[i] == 0 || ends[i] > now {
					continue
				}
				e := ended(RequestID(i), 0, OK)
				c.out = c.c.Step(now, &e, c.out[:0])
				ends[i] = 0
			}
			for first < len(ends) && ends[first] == 0 {
				first++
			}
			if now >= at && now%(10*time.Second) == 0 {
				sum += c.c.scaleView.Demand(window).Work
				samples++
			}
		}
		got, want := sum/float64(samples), ran/(end-at).Seconds()
		if math.Abs(got/want-1) > 0.04 {
			t.Errorf("over %v: %.2f cores, want %.2f", window, got, want)
		}
	}
}

// TestLongWorkDoesNotGrow: the table of long requests is as large as the most that a window saw.
func TestLongWorkDoesNotGrow(t *testing.T) {
	l := newLab(t, 4, Config{Estimator: says(600)})
	at := time.Duration(0)
	id := RequestID(0)
	turn := func() {
		at += 11 * time.Second
		e := arrival(id)
		l.out = l.c.Step(at, &e, l.out[:0])
		e = ended(id, 0, OK)
		e.Work = 1
		l.out = l.c.Step(at+time.Second, &e, l.out[:0])
		l.c.scaleView.Demand(time.Minute)
		id++
	}
	for range 100 {
		turn()
	}
	if n := testing.AllocsPerRun(100, turn); n != 0 {
		t.Errorf("%v allocations a request", n)
	}
	if n := len(l.c.demand.long); n > 10 {
		t.Errorf("%d long requests are kept", n)
	}
}
