package policy

import (
	"fmt"
	"testing"
	"time"
)

// busyLab has a machine that works on request 0 for a long time, and functions
// of any number that only the service bounds.
func busyLab(t *testing.T, full Full) *lab {
	t.Helper()
	l := newLab(t, 1, Config{
		Spill: steadyFirst{}, Functions: &Functions{Share: 1, Full: full}, Pools: []Pool{{Cores: 1, Speed: 1, Limit: 1, Max: 1}},
	})
	l.step(0, Event{Kind: Arrival, Request: 0, Streamed: true}, "r0.0 -> w0")
	return l
}

// TestRefusedCallIsOfferedAgain: a call that was refused while machines are busy
// takes the environment that an answer leaves, or tries again after the backoff.
func TestRefusedCallIsOfferedAgain(t *testing.T) {
	for _, full := range []Full{Refuse, Wait} {
		l := busyLab(t, full)
		l.step(1, arrival(1), "r1.0 -> function")
		l.step(1, arrival(2), "r2.0 -> function")
		l.step(1, ended(2, 0, Throttled), "wake 1.1s")
		l.step(1.05, ended(1, 0, OK), "deliver r1.0, r2.1 -> function")
		l.step(2, ended(2, 1, OK), "deliver r2.1")

		l = busyLab(t, full)
		l.step(1, arrival(1), "r1.0 -> function")
		l.step(1, arrival(2), "r2.0 -> function")
		l.step(1, ended(2, 0, Throttled), "wake 1.1s")
		l.step(1.05, arrival(3), "")
		l.step(1.1, Event{Kind: Wake}, "r2.1 -> function, wake 1.3s")
		l.step(1.1, ended(2, 1, Throttled), "")
		l.step(1.3, Event{Kind: Wake}, "r2.2 -> function, wake 1.7s")
		l.step(1.7, Event{Kind: Wake}, "r3.0 -> function")
	}
}

// TestSpaceGrowsWhileCallsRun: where no call ends, the service is tried again and
// again, by few calls at first and by more while none is refused.
func TestSpaceGrowsWhileCallsRun(t *testing.T) {
	l := newLab(t, 1, Config{Spill: insists{}, Functions: &Functions{Share: 1, Full: Wait}})
	const n = 40
	for id := range RequestID(n) {
		l.step(0, arrival(id), fmt.Sprintf("r%d.0 -> function", id))
	}
	for id := range RequestID(n - 1) {
		l.out = l.c.Step(0, &Event{Kind: Done, Request: id + 1, Status: Throttled}, l.out[:0])
	}
	room := 1
	for at := 100 * time.Millisecond; at < 20*time.Second; at += 100 * time.Millisecond {
		l.out = l.c.Step(at, &Event{Kind: Wake}, l.out[:0])
		room = 1 + int(at/(5*time.Second))*10
		for _, cmd := range append([]Command(nil), l.out...) {
			if cmd.Kind == Invoke && l.c.view.FunctionsBusy() > room {
				l.c.Step(at, &Event{Kind: Done, Request: cmd.Request, Attempt: cmd.Attempt, Status: Throttled}, nil)
			}
		}
		if at%(5*time.Second) == 4*time.Second && l.c.view.FunctionsBusy() != room {
			t.Errorf("%d calls at %v, want %d", l.c.view.FunctionsBusy(), at, room)
		}
	}
	if c := l.c.Counts(); c.Retries != 0 || c.Throttled > 150 {
		t.Errorf("%d retries and %d throttles, want none and some 100", c.Retries, c.Throttled)
	}
}

// TestWaitHasNoEndByCount: refusals are no attempts, however many.
func TestWaitHasNoEndByCount(t *testing.T) {
	l := newLab(t, 1, Config{Spill: insists{}, Functions: &Functions{Share: 1, Full: Wait}, Retry: Retry{Max: 1, Budget: 1}})
	l.step(0, arrival(0), "r0.0 -> function")
	for i := range 1000 {
		at := time.Duration(i) * time.Minute
		l.out = l.c.Step(at, &Event{Kind: Done, Request: 0, Attempt: uint8(i), Status: Throttled}, l.out[:0])
		l.out = l.c.Step(at+30*time.Second, &Event{Kind: Wake}, l.out[:0])
		if len(l.out) == 0 || l.out[0].Kind != Invoke {
			t.Fatalf("after %d refusals: %s", i+1, tell(l.out))
		}
	}
	l.step(60000, ended(0, 1000%256, Error), "r0.233 -> function")
	l.step(60001, ended(0, 233, OK), "deliver r0.233")
}

// TestTimeoutIsOfTheCallItWasSetFor: numbers of refused calls come again after
// 256 of them, but their time-outs do not hold for others.
func TestTimeoutIsOfTheCallItWasSetFor(t *testing.T) {
	l := newLab(t, 1, Config{Spill: insists{}, Functions: &Functions{Share: 1, Full: Wait}, Retry: Retry{AttemptTimeout: time.Hour}})
	l.step(0, arrival(0), "r0.0 -> function, wake 1h0m0s")
	for i := range 256 {
		at := time.Duration(i) * time.Second
		l.out = l.c.Step(at, &Event{Kind: Done, Attempt: uint8(i), Status: Throttled}, l.out[:0])
		l.out = l.c.Step(at+time.Second, &Event{Kind: Wake}, l.out[:0])
	}
	if got := l.out[0]; got.Kind != Invoke || got.Attempt != 0 {
		t.Fatalf("%+v, want a call of number 0", got)
	}
	l.step(3600, Event{Kind: Wake}, "wake 1h4m16s")
	l.step(3856, Event{Kind: Wake}, "cancel r0.0")
}

// TestNothingElseWillDo: where no worker can come, what the Spill allows a function
// waits for one, however long it may take, and what it does not allow is refused.
func TestNothingElseWillDo(t *testing.T) {
	for _, c := range []struct {
		name    string
		spill   Spill
		class   ClassID
		allowed bool
	}{
		{"no spill", nil, 0, false},
		{"functions first", functionFirst{}, 0, true},
		{"short requests only, a short one", shortOnly{}, 0, true},
		{"short requests only, a long one", shortOnly{}, 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := oneEnvironment(Wait)
			f.Timeout, f.Floor = time.Millisecond, time.Second // predicted to be too long for any function
			l := newLab(t, 0, Config{Spill: c.spill, Functions: f, Pools: []Pool{{Cores: 1, Speed: 1}}})
			if !c.allowed {
				l.step(0, Event{Kind: Arrival, Request: 0, Class: c.class}, "reject r0 503")
				l.reason(ReasonCapacity)
				return
			}
			l.step(0, Event{Kind: Arrival, Request: 0, Class: c.class}, "r0.0 -> function")
			l.step(0, Event{Kind: Arrival, Request: 1, Class: c.class}, "")
			l.step(2, ended(0, 0, OK), "deliver r0.0, r1.0 -> function")
		})
	}
}

// TestNothingIsKept: with a keep-alive of 0 no environment outlives its call.
func TestNothingIsKept(t *testing.T) {
	for keep, warm := range map[time.Duration]int{0: 0, time.Microsecond: 0, time.Second: 1} {
		l := newLab(t, 1, Config{Spill: insists{}, Functions: &Functions{Share: 1, KeepAlive: keep}})
		l.step(0, arrival(0), "r0.0 -> function")
		l.step(1, ended(0, 0, OK), "deliver r0.0")
		l.step(1.5, Event{Kind: Shed}, "")
		if got := l.c.view.FunctionsWarm(0); got != warm {
			t.Errorf("keep-alive %v: %d warm after 0.5 s, want %d", keep, got, warm)
		}
	}
}

// TestAWarmEnvironmentNeedsNoSpace: after a refusal, a call that finds an environment
// of its class warm is made at once, whoever waits before it; the others wait for space.
func TestAWarmEnvironmentNeedsNoSpace(t *testing.T) {
	l := newLab(t, 1, Config{Spill: insists{}, Functions: &Functions{Share: 1, Full: Wait, PerClass: true, KeepAlive: time.Hour}})
	l.step(0, arrival(0), "r0.0 -> function")
	l.step(0.5, Event{Kind: Arrival, Request: 1, Class: 1}, "r1.0 -> function")
	l.step(1, ended(0, 0, OK), "deliver r0.0")
	l.step(1, ended(1, 0, Throttled), "wake 1.1s")
	l.step(1.05, arrival(2), "r2.0 -> function") // beside r1, which waits for space
	l.step(1.06, arrival(3), "")
	l.step(1.1, Event{Kind: Wake}, "r1.1 -> function, wake 1.3s")
	l.step(1.11, ended(1, 1, Throttled), "")
	l.step(1.12, arrival(4), "")
	if id, found := l.c.Overlooked(); found {
		t.Errorf("request %d waits beside a warm environment", id)
	}
	l.step(1.2, ended(2, 0, OK), "deliver r2.0, r1.2 -> function, r3.0 -> function") // r1 as an answer has made space
	l.step(1.21, ended(1, 2, Throttled), "")
}
