package policy

import (
	"testing"
	"time"
)

// pending is the number of timers that are set.
func (t *timers) pending() int {
	n := len(t.heap)
	for i := range t.rings {
		n += t.rings[i].q.Len()
	}
	return n
}

// patient7 is a router whose time-outs differ by attempt: more delays than have a ring.
type patient7 struct{ first }

func (patient7) AttemptTimeout(n int) time.Duration { return time.Hour + time.Duration(n)*time.Second }

// TestTimersGoWithRequests: timers of requests that are over do not pile up, behind
// that of one which is not.
func TestTimersGoWithRequests(t *testing.T) {
	retry := Retry{Max: 6, Budget: 100}
	for name, c := range map[string]struct {
		cfg   Config
		fails int  // attempts of each request, before one that is answered
		left  bool // or before the client leaves
	}{
		"time-outs":                      {Config{Retry: Retry{AttemptTimeout: time.Hour}}, 0, false},
		"hedges":                         {Config{Hedge: hedgeAfter(time.Hour)}, 0, false},
		"time-outs, seven delays":        {Config{Router: patient7{}, Retry: retry}, 6, false},
		"clients leave between attempts": {Config{Retry: Retry{Max: 1, Budget: 100, Backoff: time.Hour}}, 1, true},
	} {
		l := newLab(t, 1, c.cfg)
		step := func(id RequestID, e Event) { l.out = l.c.Step(time.Duration(id)*time.Millisecond, &e, l.out[:0]) }
		step(0, arrival(0))
		most := 0
		for id := RequestID(1); id < 1_000_000/RequestID(1+c.fails); id++ {
			step(id, arrival(id))
			for n := range c.fails {
				step(id, ended(id, uint8(n), Error))
			}
			if c.left {
				step(id, Event{Kind: Gone, Request: id})
			} else {
				step(id, ended(id, uint8(c.fails), OK))
			}
			most = max(most, l.c.timers.pending())
		}
		if n := l.c.Counts().Delivered + l.c.Counts().Gone; n < 100_000 {
			t.Fatalf("%s: %d answers", name, n)
		}
		if bound := 5 * (leastSweep + 1); most > bound {
			t.Errorf("%s: %d timers of one request in flight, want %d at most", name, most, bound)
		}
	}
}

// TestSweptTimersAreStale: what is not over is woken for all the same, in time.
func TestSweptTimersAreStale(t *testing.T) {
	l := newLab(t, 1, Config{Retry: Retry{AttemptTimeout: time.Hour}})
	e := arrival(0)
	l.out = l.c.Step(0, &e, l.out[:0])
	for id := RequestID(1); id < 100_000; id++ {
		e = arrival(id)
		l.out = l.c.Step(time.Duration(id)*time.Millisecond, &e, l.out[:0])
		e = ended(id, 0, OK)
		l.out = l.c.Step(time.Duration(id)*time.Millisecond, &e, l.out[:0])
	}
	l.step(3600, Event{Kind: Wake}, "cancel r0.0")
	h := newLab(t, 2, Config{Hedge: hedgeAfter(time.Hour)})
	h.step(1, arrival(0), "r0.0 -> w0, wake 1h0m1s")
	for id := RequestID(1); id <= 2*leastSweep; id++ {
		e = arrival(id)
		h.out = h.c.Step(time.Second, &e, h.out[:0])
		e = ended(id, 0, OK)
		h.out = h.c.Step(time.Second, &e, h.out[:0])
	}
	if n := h.c.timers.pending(); n > leastSweep+1 {
		t.Errorf("%d timers left", n)
	}
	h.step(3601, Event{Kind: Wake}, "r0.1 -> w1")
}
