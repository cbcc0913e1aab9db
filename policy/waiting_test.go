package policy

import (
	"testing"
	"time"
)

// insists is a steady Spill that wants nothing but functions.
type insists struct{ toFunction }

func (insists) Steady() {}

// steadyFirst is functionFirst, which answers the same in the same situation.
type steadyFirst struct{ functionFirst }

func (steadyFirst) Steady() {}

func oneEnvironment(full Full) *Functions {
	return &Functions{Share: 1, Concurrency: 1, Full: full}
}

// reason checks why the last command refuses a request.
func (l *lab) reason(want Reason) {
	l.t.Helper()
	if got := l.out[len(l.out)-1]; got.Kind != Reject || got.Reason != want {
		l.t.Errorf("last command %+v, want a rejection because of %v", got, want)
	}
}

// TestRefusedAtTheLimit: beyond the concurrency the service is asked once and
// its refusal is the client's.
func TestRefusedAtTheLimit(t *testing.T) {
	l := newLab(t, 0, Config{Spill: insists{}, Functions: oneEnvironment(Refuse), Pools: []Pool{{Cores: 1, Speed: 1}}})
	l.step(0, arrival(0), "r0.0 -> function")
	l.step(0, arrival(1), "r1.0 -> function")
	l.step(0, ended(1, 0, Throttled), "reject r1 429")
	l.reason(ReasonThrottled)
	if n := l.c.Counts().Throttled; n != 1 {
		t.Errorf("%d throttles, want 1", n)
	}
}

// TestWaitsAtTheLimit: under Wait the next call starts when one ends; an idle
// machine that the Spill declines stays idle.
func TestWaitsAtTheLimit(t *testing.T) {
	l := newLab(t, 1, Config{Spill: insists{}, Functions: oneEnvironment(Wait)})
	l.step(0, arrival(0), "r0.0 -> function")
	l.step(0, arrival(1), "")
	if got := l.c.Waiting(1); got != ReasonWaitsFunction {
		t.Errorf("waits because of %v, want %v", got, ReasonWaitsFunction)
	}
	l.step(1, ended(0, 0, OK), "deliver r0.0, r1.0 -> function")
}

// TestRefusedCallIsNotRepeatedAtOnce: a call that the service refused before
// its limit waits until another one ends, or for the backoff.
func TestRefusedCallIsNotRepeatedAtOnce(t *testing.T) {
	l := newLab(t, 1, Config{Spill: insists{}, Functions: &Functions{Share: 1, Full: Wait}})
	l.step(0, arrival(0), "r0.0 -> function")
	l.step(0, arrival(1), "r1.0 -> function")
	l.step(0, ended(1, 0, Throttled), "wake 100ms")
	l.step(0.05, ended(0, 0, OK), "deliver r0.0, r1.1 -> function")
	l.step(0.06, ended(1, 1, Throttled), "") // no call is left whose end would make room
	l.step(0.1, Event{Kind: Wake}, "r1.2 -> function")
	l.step(2, ended(1, 2, OK), "deliver r1.2")

	l = newLab(t, 1, Config{Spill: insists{}, Functions: oneEnvironment(Refuse), Retry: Retry{Max: 1, Budget: 1}})
	l.step(0, arrival(0), "r0.0 -> function")
	l.step(0, ended(0, 0, Throttled), "wake 63.383009ms")
	if n := l.c.Counts().Retries; n != 1 {
		t.Errorf("%d retries, want 1", n)
	}
}

// TestNothingMayServe: where no pool may have a worker, a request that its Spill allows a
// function gets one, however full they are; any other is refused at once.
func TestNothingMayServe(t *testing.T) {
	l := newLab(t, 0, Config{Spill: steadyFirst{}, Functions: oneEnvironment(Wait), Pools: []Pool{{Cores: 1, Speed: 1}}})
	l.step(0, Event{Kind: Arrival, Request: 0, Streamed: true}, "reject r0 503")
	l.reason(ReasonCapacity)
	l.step(0, arrival(1), "r1.0 -> function")
	l.step(0, arrival(2), "")
	l.step(1, ended(1, 0, Timeout), "reject r1 504, r2.0 -> function")
	l.step(2, ended(2, 0, OK), "deliver r2.0")

	l = newLab(t, 0, Config{Pools: []Pool{{Cores: 1, Speed: 1}}})
	l.step(0, arrival(0), "reject r0 503")
}

// TestLongerThanTheTimeout: a call that is predicted to outlast the time-out
// is made where nothing else may serve it, and fails.
func TestLongerThanTheTimeout(t *testing.T) {
	l := newLab(t, 0, Config{
		Spill: steadyFirst{}, Functions: &Functions{Share: 1, Timeout: time.Millisecond}, Pools: []Pool{{Cores: 1, Speed: 1}},
	})
	l.step(0, arrival(0), "r0.0 -> function")
	l.step(1, ended(0, 0, Timeout), "reject r0 504")
	l.reason(ReasonFunctionTimeout)
}

// TestOneWaitingRoom: a waiting request takes whatever comes free first, the
// machine or the function.
func TestOneWaitingRoom(t *testing.T) {
	l := newLab(t, 1, Config{
		Spill: steadyFirst{}, Functions: oneEnvironment(Wait), Pools: []Pool{{Cores: 1, Speed: 1, Limit: 1, Max: 1}},
	})
	l.step(0, arrival(0), "r0.0 -> function")
	l.step(0, arrival(1), "r1.0 -> w0")
	l.step(0, arrival(2), "")
	l.step(0, arrival(3), "")
	l.step(1, ended(0, 0, OK), "deliver r0.0, r2.0 -> function")
	l.step(2, ended(1, 0, OK), "deliver r1.0, r3.0 -> w0")
}

// TestBiggerWorkerHasTheSlot: the least loaded worker may be full while a
// bigger one is not.
func TestBiggerWorkerHasTheSlot(t *testing.T) {
	l := newLab(t, 1, Config{Pools: []Pool{{Cores: 1, Speed: 1, Limit: 1, Max: 1}, {Cores: 4, Speed: 1, Limit: 4, Max: 1}}})
	l.step(0, Event{Kind: WorkerPending, Worker: 1, Pool: 1}, "")
	l.step(0, Event{Kind: WorkerRunning, Worker: 1}, "")
	l.step(0, Event{Kind: WorkerReady, Worker: 1}, "")
	l.step(0, arrival(0), "r0.0 -> w0")
	for id := range RequestID(4) {
		l.step(0, arrival(id+1), "r"+string(rune('1'+id))+".0 -> w1")
	}
	l.step(0, arrival(5), "")
	if !l.c.View().Busy(0) || l.c.View().AnyFree() {
		t.Error("a slot is free, want none")
	}
	l.step(1, ended(1, 0, OK), "deliver r1.0, r5.0 -> w1")
}

// TestWaitingAllocatesNothing: requests come, decline, wait and go without
// garbage, however many wait for something else.
func TestWaitingAllocatesNothing(t *testing.T) {
	l := newLab(t, 1, Config{Spill: insists{}, Functions: oneEnvironment(Wait)})
	id, out := RequestID(0), []Command(nil)
	turn := func() {
		e := arrival(id)
		out = l.c.Step(l.c.now, &e, out[:0])
		if id >= 1000 {
			e = ended(id-1000, 0, OK)
			out = l.c.Step(l.c.now, &e, out[:0])
		}
		id++
	}
	for range 5000 {
		turn()
	}
	if n := testing.AllocsPerRun(1000, turn); n != 0 {
		t.Errorf("%v allocations per request, want 0", n)
	}
	if n := l.c.Queued(); n < 900 {
		t.Fatalf("%d requests wait, want some 1000", n)
	}
}

// counting counts how often it is asked.
type counting struct {
	steadyFirst
	asked *int
}

func (p counting) Decide(v *View, r *Request, w WorkerID, ok bool) Choice {
	*p.asked++
	return p.steadyFirst.Decide(v, r, w, ok)
}

// TestLongQueueIsNotScanned: where thousands wait, an event asks about those
// that leave and no more than one other.
func TestLongQueueIsNotScanned(t *testing.T) {
	asked := 0
	l := newLab(t, 1, Config{
		Spill: counting{asked: &asked}, Functions: oneEnvironment(Wait), Pools: []Pool{{Cores: 1, Speed: 1, Limit: 1, Max: 1}},
	})
	const n = 5000
	for id := range RequestID(n) {
		e := arrival(id)
		e.Streamed = id > 1 && id < n/2 // these wait for the machine, all others for either
		l.out = l.c.Step(0, &e, l.out[:0])
	}
	asked = 0
	l.step(1, ended(0, 0, OK), "deliver r0.0, r2500.0 -> function")
	if limit := n / 2; asked > limit {
		t.Errorf("asked %d times, want at most once for each that declines", asked)
	}
	asked = 0
	l.step(2, ended(2500, 0, OK), "deliver r2500.0, r2501.0 -> function")
	l.step(3, ended(1, 0, OK), "deliver r1.0, r2.0 -> w0")
	if asked > 4 {
		t.Errorf("asked %d times at two events, want 4 at most", asked)
	}
}

// shortOnly is a steady Spill that lets short requests go to functions.
type shortOnly struct{ insists }

func (shortOnly) Decide(v *View, r *Request, _ WorkerID, _ bool) Choice {
	if r.Work <= 1 && v.FunctionFits(r) {
		return ToFunction
	}
	return ToQueue
}

// TestAskedAnewOnceWorkIsKnown: what a request declined while it was expected
// to be long it takes once its work is expected to be short.
func TestAskedAnewOnceWorkIsKnown(t *testing.T) {
	l := newLab(t, 1, Config{Spill: shortOnly{}, Functions: oneEnvironment(Wait), Pools: []Pool{{Cores: 1, Speed: 1, Limit: 1, Max: 1}}})
	l.step(0, Event{Kind: Arrival, Request: 0, Class: 1}, "r0.0 -> w0")
	l.step(0, Event{Kind: Arrival, Request: 1, Class: 1}, "")
	l.c.table.At(l.c.table.Find(1)).Work = 0.5
	l.c.askAgain()
	l.step(0, Event{Kind: Shed}, "r1.0 -> function")
}

// modest sends the first two requests to functions, but the second to a machine as
// soon as no other waits beside it.
type modest struct{}

func (modest) Decide(v *View, r *Request, _ WorkerID, ok bool) Choice {
	switch {
	case r.ID == 0 || r.ID == 1 && v.Queued() != 1:
		return ToFunction
	case ok:
		return ToWorker
	}
	return ToQueue
}

// TestAskedUntilNobodyGoes: a Spill that is not Steady may say otherwise of a request
// once another has left the line, so all are asked about again while a slot is free.
func TestAskedUntilNobodyGoes(t *testing.T) {
	l := newLab(t, 0, Config{
		Spill: modest{}, Functions: oneEnvironment(Wait), Pools: []Pool{{Cores: 2, Speed: 1, Limit: 2, Initial: 1, Max: 1}},
	})
	l.step(0, arrival(0), "r0.0 -> function")
	l.step(0, arrival(1), "")
	l.step(0, arrival(2), "")
	l.step(1, Event{Kind: WorkerPending, Worker: 0}, "")
	l.step(1, Event{Kind: WorkerRunning, Worker: 0}, "")
	l.step(1, Event{Kind: WorkerReady, Worker: 0}, "r2.0 -> w0, r1.0 -> w0")
}

// endless is a router that repeats whatever fails at once.
type endless struct{ first }

func (endless) Retry(*View, *Outcome) (bool, time.Duration) { return true, 0 }

// TestARetrierHasNoEnd: attempts are not counted beyond 255, and go on.
func TestARetrierHasNoEnd(t *testing.T) {
	l := newLab(t, 1, Config{Router: endless{}, Retry: Retry{Max: 1}})
	l.step(0, arrival(0), "r0.0 -> w0")
	for i := range 600 {
		l.out = l.c.Step(time.Duration(i), &Event{Kind: Done, Attempt: uint8(i), Status: Error}, l.out[:0])
		if len(l.out) != 1 || l.out[0].Kind != Dispatch || l.c.table.At(l.c.table.Find(0)).Attempts != uint8(min(i+2, 255)) {
			t.Fatalf("after %d failures: %s", i+1, tell(l.out))
		}
	}
}

// TestPassedIsWhatTheSpillMayUse: under a Spill that uses no functions a free one is
// none that a request was kept from.
func TestPassedIsWhatTheSpillMayUse(t *testing.T) {
	for _, c := range []struct {
		spill Spill
		want  uint64
	}{{nil, 0}, {refusesFirst{}, 1}} {
		l := newLab(t, 0, Config{Spill: c.spill, Functions: oneEnvironment(Wait), Pools: []Pool{{Cores: 1, Speed: 1, Max: 3}}})
		l.out = l.c.Step(0, &Event{Kind: Arrival}, l.out[:0])
		if got := l.c.Counts().Passed; got != c.want {
			t.Errorf("%T: passed %d times, want %d", c.spill, got, c.want)
		}
	}
}

// refusesFirst is a Spill that uses functions, and not for the first time it is asked.
type refusesFirst struct{}

func (refusesFirst) Decide(v *View, _ *Request, _ WorkerID, _ bool) Choice {
	if v.anyFunction {
		return ToFunction
	}
	return ToReject
}
