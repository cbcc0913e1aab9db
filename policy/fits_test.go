package policy

import (
	"math"
	"testing"
	"time"
)

// timedLab has one class and functions that may take 1 s.
func timedLab(t *testing.T) *lab {
	return newLab(t, 1, Config{Classes: []Class{{Name: "a"}}, Functions: &Functions{Share: 1, Timeout: time.Second}})
}

// TestMeanKeepsNobodyFromFunctions: where most requests of a class fit the time-out, a mean
// above it does not keep the others from functions; where few fit, the share does.
func TestMeanKeepsNobodyFromFunctions(t *testing.T) {
	for _, c := range []struct {
		name  string
		works []float64
		long  bool
	}{
		{"few long ones raise the mean", []float64{0.5, 0.5, 9, 0.5, 0.5, 0.5}, false},
		{"none fits", []float64{2, 2, 2, 2, 2}, true},
		{"too few to say, and the mean is compared", []float64{2, 2}, true},
	} {
		l := timedLab(t)
		for _, w := range c.works {
			l.c.learn(0, &Request{}, w)
		}
		r := &Request{Work: l.c.expected(0)}
		if got := l.c.View().FunctionTooLong(r); got != c.long {
			t.Errorf("%s: too long %v, want %v", c.name, got, c.long)
		}
		if l.c.View().FunctionTooLong(&Request{Work: 0.9, Known: true}) || !l.c.View().FunctionTooLong(&Request{Work: 1.1, Known: true}) {
			t.Errorf("%s: what the estimator says is not compared with the time-out", c.name)
		}
	}
}

// TestTimeoutTeachesTheMean: of exponential work of which functions end what is beyond
// their time-out, the class mean is that of all, not of the answered alone.
func TestTimeoutTeachesTheMean(t *testing.T) {
	l := timedLab(t)
	l.c.learnTimeout(0)
	l.c.learnTimeout(0)
	l.c.learn(0, &Request{}, 0.5)
	if got := l.c.expected(0); got != 2.5 {
		t.Errorf("mean %v after two time-outs and an answer of 0.5 s, want 2.5", got)
	}
	slow := newLab(t, 1, Config{Classes: []Class{{Name: "a"}}, Functions: &Functions{Share: 0.5, Floor: 200 * time.Millisecond, Timeout: time.Second}})
	slow.c.learnTimeout(0)
	slow.c.learn(0, &Request{}, 0.5)
	if got := slow.c.expected(0); math.Abs(got-0.9) > 1e-12 {
		t.Errorf("mean %v after a time-out and an answer of 0.5 s, want 0.9: half a core did 0.4 in 0.8 s", got)
	}
	two := newLab(t, 1, Config{Classes: []Class{{Name: "a"}, {Name: "b"}}, Functions: &Functions{Share: 1, Timeout: time.Second}})
	two.c.learnTimeout(0)
	two.c.learnTimeout(0)
	two.c.learn(0, &Request{}, 0.5)
	if got := two.c.expected(1); got != 2.5 {
		t.Errorf("mean %v of a class that was never met, want 2.5, as of the other", got)
	}
	l = timedLab(t)
	sum, n := 0.0, 20000
	for i := range n {
		work := -1.2 * math.Log(1-(float64((i*7919)%n)+0.5)/float64(n))
		if work > 1 {
			l.c.learnTimeout(0)
			continue
		}
		l.c.learn(0, &Request{}, work)
		sum++
	}
	if got := l.c.expected(0); math.Abs(got-1.2) > 0.1 {
		t.Errorf("mean %v, want about 1.2 s", got)
	}
	if share, _ := l.c.View().FittingShare(0); math.Abs(share-sum/float64(n)) > 0.03 {
		t.Errorf("share %v, want %v", share, sum/float64(n))
	}
}

// TestGivingUpTeachesTheMean: of exponential work whose longer half is given up, by an
// attempt's time-out or a client that leaves, the class mean is that of all. Each request
// has the worker for itself.
func TestGivingUpTeachesTheMean(t *testing.T) {
	const mean, patience, n = 1.2, 1.0, 5000
	for name, cfg := range map[string]Config{
		"attempts": {Retry: Retry{AttemptTimeout: time.Second}}, "clients": {},
		"repeated attempts": {Retry: Retry{AttemptTimeout: time.Second, Max: 1, Budget: 1}},
	} {
		cfg.Classes = []Class{{Name: "a"}}
		l := newLab(t, 1, cfg)
		now, out := time.Duration(0), []Command(nil)
		step := func(e Event) { out = l.c.Step(now, &e, out[:0]) }
		for i := range n {
			id := RequestID(i)
			work := -mean * math.Log(1-(float64((i*7919)%n)+0.5)/n)
			now += time.Second
			step(arrival(id))
			if work <= patience {
				now += seconds(work)
				step(Event{Kind: Done, Request: id, Status: OK, Work: work})
				continue
			}
			for try := range uint8(1 + cfg.Retry.Max) {
				now += time.Second
				if cfg.Retry.AttemptTimeout > 0 {
					step(Event{Kind: Wake})
				} else {
					step(Event{Kind: Gone, Request: id})
				}
				step(ended(id, try, Cancelled))
			}
		}
		if got := l.c.expected(0); math.Abs(got-mean) > 0.1 {
			t.Errorf("%s: mean %.3g s, want about %v s", name, got, mean)
		}
	}
}

// keptShort is busy in small: a function where the worker is full and one fits.
type keptShort struct{ steadyFirst }

func (p keptShort) Decide(v *View, r *Request, w WorkerID, ok bool) Choice {
	if ok && !v.Full(w) {
		return ToWorker
	}
	return p.steadyFirst.Decide(v, r, w, ok)
}

// TestKeptFromFunctionsIsCounted: once for each request that the time-out kept from a free
// function, however often the Spill is asked.
func TestKeptFromFunctionsIsCounted(t *testing.T) {
	l := newLab(t, 1, Config{
		Spill: keptShort{}, Functions: &Functions{Share: 1, Timeout: 1500 * time.Millisecond, Concurrency: 9},
		Pools: []Pool{{Cores: 1, Speed: 1, Limit: 1, Max: 1}},
	})
	long := func(id RequestID) Event { return Event{Kind: Arrival, Request: id, Class: 1} } // 2 s
	l.step(0, arrival(0), "r0.0 -> w0")
	l.step(0, arrival(1), "r1.0 -> function")
	l.step(0, long(2), "")
	l.step(0, long(3), "")
	l.step(1, ended(1, 0, OK), "deliver r1.0")
	l.step(2, ended(0, 0, OK), "deliver r0.0, r2.0 -> w0")
	if n := l.c.Counts().TooLong; n != 2 {
		t.Errorf("%d were kept from functions, want 2", n)
	}
}

// TestLeavingCountsOnce: a request whose client leaves while two attempts are in flight
// teaches the mean once, whatever becomes of the attempts: what the longer one has had, or
// what it took where one was answered before its cancel came.
func TestLeavingCountsOnce(t *testing.T) {
	for name, c := range map[string]struct {
		ends [2]Status
		want float64 // the mean after a first measurement of 1 s
	}{
		"both cancelled":     {[2]Status{Cancelled, Cancelled}, 1 + 3},
		"one answered first": {[2]Status{OK, Cancelled}, (1.0 + 4) / 2},
		"one answered last":  {[2]Status{Cancelled, OK}, (1.0 + 4) / 2},
	} {
		l := newLab(t, 2, Config{Classes: []Class{{Name: "a"}}, Hedge: hedgeAfter(time.Second)})
		l.step(0, arrival(0), "r0.0 -> w0, wake 1s")
		l.step(1, Event{Kind: Done, Request: 0, Work: 1}, "deliver r0.0")
		l.step(10, arrival(1), "r1.0 -> w0")
		l.step(11, Event{Kind: Wake}, "r1.1 -> w1")
		l.step(13, Event{Kind: Gone, Request: 1}, "cancel r1.0, cancel r1.1")
		for n, s := range c.ends {
			l.step(13, Event{Kind: Done, Request: 1, Attempt: uint8(n), Status: s, Work: 4}, "")
		}
		if got := l.c.expected(0); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s: mean %v, want %v", name, got, c.want)
		}
	}
}
