package policy

import (
	"slices"
	"testing"
	"time"
)

// strict is a Health that ejects a worker for 10 s after any attempt that did not end well. It
// notes how attempts ended.
type strict struct {
	panic float64
	tests int
	told  []Status
}

func (s *strict) Judge(_ *View, o *Outcome) time.Duration {
	if s.told = append(s.told, o.Status); o.Status != OK {
		return 10 * time.Second
	}
	return 0
}
func (s *strict) Panic() float64 { return s.panic }
func (s *strict) Tests() int     { return s.tests }

// TestLossLeavesOutliers: an ejected worker takes requests once the last one in service is lost.
func TestLossLeavesOutliers(t *testing.T) {
	l := newLab(t, 2, Config{Health: &strict{}, Pools: []Pool{{Cores: 1, Speed: 1, Max: 2, Replace: ReplaceNever}}})
	l.step(1, arrival(0), "r0.0 -> w0")
	l.step(2, ended(0, 0, Error), "reject r0 502, wake 12s")
	l.step(3, arrival(1), "r1.0 -> w1")
	l.step(3, arrival(2), "r2.0 -> w1") // w0 has less to do, and is ejected
	l.step(4, Event{Kind: WorkerLost, Worker: 1}, "")
	l.step(5, arrival(3), "r3.0 -> w0")
}

// TestTestedWorkerTakesOneAtATime: after its ejection a worker has one request at a time until
// two have ended well, however much the other has to do.
func TestTestedWorkerTakesOneAtATime(t *testing.T) {
	l := newLab(t, 2, Config{Health: &strict{tests: 2}})
	l.step(1, arrival(0), "r0.0 -> w0")
	l.step(2, ended(0, 0, Error), "reject r0 502, wake 12s")
	l.step(3, arrival(1), "r1.0 -> w1")
	l.step(3, arrival(2), "r2.0 -> w1")
	l.step(12, Event{Kind: Wake}, "")
	l.step(13, arrival(3), "r3.0 -> w0")
	l.step(13, arrival(4), "r4.0 -> w1")
	l.step(14, ended(3, 0, OK), "deliver r3.0")
	l.step(14, arrival(5), "r5.0 -> w0")
	l.step(14, arrival(6), "r6.0 -> w1")
	l.step(15, ended(5, 0, OK), "deliver r5.0")
	l.step(15, arrival(7), "r7.0 -> w0")
	l.step(15, arrival(8), "r8.0 -> w0") // it is in service again
}

// TestBadHeadIsAnError: an attempt that is given up because its answer begins with a server error
// has failed, for the retry and for the health; it was not cancelled by a client.
func TestBadHeadIsAnError(t *testing.T) {
	h := &strict{}
	l := newLab(t, 2, Config{Health: h, Retry: Retry{Max: 1, Budget: 1}})
	l.step(1, arrival(0), "r0.0 -> w0")
	l.step(2, Event{Kind: Head, Request: 0, Code: 503}, "cancel r0.0")
	l.step(2, Event{Kind: Head, Request: 0, Code: 503}, "") // once is enough
	l.step(2, ended(0, 0, Cancelled), "r0.1 -> w1, wake 12s")
	l.step(3, ended(0, 1, OK), "deliver r0.1")
	if !slices.Equal(h.told, []Status{Error, OK}) {
		t.Errorf("the health was told %v, want an error and an answer", h.told)
	}
}

// TestStreamedIsNotRepeated: a request whose body the gateway does not hold is tried again only
// where nothing of it was sent, also where a router decides about retries.
func TestStreamedIsNotRepeated(t *testing.T) {
	streamed := Event{Kind: Arrival, Idempotent: true, Streamed: true}
	for name, cfg := range map[string]Config{"rule": {Retry: Retry{Max: 1, Budget: 1}}, "router": {Router: endless{}}} {
		l := newLab(t, 2, cfg)
		l.step(1, streamed, "r0.0 -> w0")
		l.step(2, ended(0, 0, Error), "reject r0 502")
		another := streamed
		another.Request = 1
		l.step(3, another, "r1.0 -> w0")
		e := unsent(1, 0)
		if l.out = l.c.Step(4*time.Second, &e, l.out[:0]); l.c.Counts().Retries != 1 {
			t.Errorf("%s: %s, want another attempt of what was not sent", name, tell(l.out))
		}
	}
}

// TestOwnTimeOutsAreNoSetting: the time-out of attempts can be changed where the retry rule has
// it, not where the router has its own.
func TestOwnTimeOutsAreNoSetting(t *testing.T) {
	for _, c := range []struct {
		router Router
		want   bool
	}{{first{}, true}, {timer5{}, false}} {
		l := newLab(t, 1, Config{Router: c.router})
		if got := l.c.setting(Key(fnv1a("retry.attempt_timeout"))) != nil; got != c.want {
			t.Errorf("%T: a setting for the time-out of attempts: %v, want %v", c.router, got, c.want)
		}
	}
}
