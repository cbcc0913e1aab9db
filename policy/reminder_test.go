package policy

import (
	"testing"
	"time"
)

// after is a router of one worker and a Spill that uses functions from an instant on.
type after struct {
	first
	at time.Duration
}

func (p after) RouteAgain(*View, *Request, WorkerID) time.Duration { return p.at }

func (p after) Decide(v *View, r *Request, _ WorkerID, _ bool) Choice {
	if v.Now >= p.at && v.FunctionFits(r) {
		return ToFunction
	}
	return ToWorker
}

// TestAskedWhenTheRouterSays: at the instant that a TimelyRouter names what waits takes a
// function, also where nothing waited any more for a while, so that the timer was dropped.
func TestAskedWhenTheRouterSays(t *testing.T) {
	p := after{at: time.Second}
	l := newLab(t, 1, Config{Router: p, Spill: p, Functions: oneEnvironment(Wait), Pools: []Pool{{Cores: 1, Speed: 1, Limit: 1, Max: 1}}})
	l.step(0, arrival(0), "r0.0 -> w0")
	l.step(0, arrival(1), "wake 1s")
	l.step(0.1, ended(0, 0, OK), "deliver r0.0, r1.0 -> w0")
	l.step(0.2, arrival(2), "")
	if id, found := l.c.OverlookedAt(999 * time.Millisecond); found {
		t.Errorf("request %d waits beside a free function before 1 s", id)
	}
	l.step(1, Event{Kind: Wake}, "r2.0 -> function")
}

// fickle is an after whose router may name no instant any more.
type fickle struct {
	after
	named *time.Duration
}

func (p fickle) RouteAgain(*View, *Request, WorkerID) time.Duration { return *p.named }

// TestNobodyIsAskedAtNoTime: where the router names no instant any more, or one that has
// passed, there is no timer, although something waits; one that it names later is set.
func TestNobodyIsAskedAtNoTime(t *testing.T) {
	named := time.Second
	p := fickle{after{at: time.Hour}, &named}
	l := newLab(t, 1, Config{Router: p, Spill: p, Functions: oneEnvironment(Wait), Pools: []Pool{{Cores: 1, Speed: 1, Limit: 1, Max: 1}}})
	l.step(0.1, arrival(0), "r0.0 -> w0")
	l.step(0.1, arrival(1), "wake 1s")
	for _, named = range []time.Duration{0, 50 * time.Millisecond} {
		l.step(0.2, Event{Kind: Shed}, "")
	}
	l.step(1, Event{Kind: Wake}, "")
	named = 3 * time.Second
	l.step(2, arrival(2), "wake 3s")
}
