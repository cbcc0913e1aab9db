package load

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// TestClockMoves: virtual time is told from real time, so that nothing is
// waited for there that only a timer can bring.
func TestClockMoves(t *testing.T) {
	if !moves() {
		t.Error("the real clock is said to stand still")
	}
	synctest.Test(t, func(t *testing.T) {
		if moves() {
			t.Error("the virtual clock is said to move")
		}
	})
}

// TestNeverEarly: no instant is met before it has come, by timer or kernel.
func TestNeverEarly(t *testing.T) {
	start := time.Now()
	p := newPace(start)
	for _, at := range []time.Duration{-time.Second, 0, 10 * time.Microsecond, 300 * time.Microsecond, 5 * time.Millisecond, 5 * time.Millisecond} {
		if why := p.wait(t.Context(), at, nil); why != due || time.Since(start) < at {
			t.Errorf("waiting for %v ended after %v, reason %d", at, time.Since(start), why)
		}
	}
}

// TestWaitEnds: a wait ends for what comes first.
func TestWaitEnds(t *testing.T) {
	for _, c := range []struct {
		at, wake, end time.Duration
		want          reason
	}{
		{time.Second, 2 * time.Second, 3 * time.Second, due},
		{2 * time.Second, time.Second, 3 * time.Second, woken},
		{3 * time.Second, 2 * time.Second, time.Second, ended},
	} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), c.end)
			defer cancel()
			wake := make(chan struct{}, 1)
			time.AfterFunc(c.wake, func() { wake <- struct{}{} })
			why := newPace(start).wait(ctx, c.at, wake)
			if why != c.want || time.Since(start) != time.Second {
				t.Errorf("%+v: reason %d after %v", c, why, time.Since(start))
			}
			time.Sleep(time.Minute)
		})
	}
}
