package load

import (
	"context"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
)

// TestVirtualTime: in virtual time nothing is waited for that only a timer can
// bring, and every instant is met exactly. In real time on Linux there is more
// than timers.
func TestVirtualTime(t *testing.T) {
	p := newPace(time.Now(), 1)
	if p.nap == nil && runtime.GOOS == "linux" {
		t.Error("the real clock is taken for a virtual one")
	}
	p.close()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		p := newPace(start, 1)
		defer p.close()
		if p.nap != nil || !time.Now().Equal(start) {
			t.Error("the virtual clock is taken for a real one, or was moved")
		}
		for at := time.Nanosecond; at < time.Hour; at *= 3 {
			if p.wait(t.Context(), at, nil) != due || time.Since(start) != at {
				t.Errorf("waiting for %v ended after %v", at, time.Since(start))
			}
		}
	})
}

// TestNeverEarly: no instant is met before it has come, by timer or kernel.
func TestNeverEarly(t *testing.T) {
	start := time.Now()
	p := newPace(start, 1)
	defer p.close()
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
			p := newPace(start, 1)
			defer p.close()
			why := p.wait(ctx, c.at, wake)
			if why != c.want || time.Since(start) != time.Second {
				t.Errorf("%+v: reason %d after %v", c, why, time.Since(start))
			}
			time.Sleep(time.Minute)
		})
	}
}
