package run

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cnv/worker/kernel"
	"cnv/worker/serve/cpu"
	"cnv/worker/spin"
)

// paced is a runner whose requests take their time.
func paced(p Pace) *Runner {
	return &Runner{Plain: map[string]kernel.Func{"spin": spin.Spin, "sleep": spin.Sleep}, Pace: &p, Instance: "me", Log: slog.New(slog.DiscardHandler)}
}

// TestPaceHoldsUnderContention: with four requests for every core, a request takes
// what it computes, times the pace, to within 5 %, and says so in the slow clock.
// Without a pace it takes about four times as long as it computes.
func TestPaceHoldsUnderContention(t *testing.T) {
	if _, ok := cpu.Thread(); !ok {
		t.Skip("this system has no clock of a thread's CPU time")
	}
	crowd := 4 * runtime.GOMAXPROCS(0)
	p := Pace{Slow: 60, Speed: 1.5, Share: 0.5}
	late, most := 0, 0.0
	var mu sync.Mutex
	var all sync.WaitGroup
	r := paced(p)
	for range crowd {
		all.Go(func() {
			began := time.Now()
			use := r.Do(t.Context(), "spin", url.Values{"ms": {"30"}}, "", nil).Use
			took := time.Since(began)
			want := time.Duration(float64(use.CPU) * p.Slow / p.Share)
			mu.Lock()
			defer mu.Unlock()
			off := math.Abs(took.Seconds()/want.Seconds() - 1)
			if most = max(most, off); off > 0.05 || math.Abs(use.Wall.Seconds()*p.Slow/took.Seconds()-1) > 0.05 {
				late++
			}
			if use.CPU < 5*time.Millisecond {
				t.Errorf("30 ms of spin are told as %v of CPU time", use.CPU)
			}
		})
	}
	all.Wait()
	if late > 0 {
		t.Errorf("%d of %d requests are off by more than 5 %%, one by %.0f %%", late, crowd, 100*most)
	}
}

// TestPaceTellsWhatCameLate: a kernel that did not get its core in time is told
// with a longer wall time than its CPU time allows.
func TestPaceTellsWhatCameLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := Pace{Slow: 4, Speed: 2, Share: 0.5}
		for _, c := range []struct {
			cpu, elapsed, told, wall time.Duration
		}{
			{10 * time.Millisecond, 10 * time.Millisecond, 20 * time.Millisecond, 40 * time.Millisecond},
			{10 * time.Millisecond, 160 * time.Millisecond, 20 * time.Millisecond, 40 * time.Millisecond},
			{10 * time.Millisecond, 320 * time.Millisecond, 20 * time.Millisecond, 80 * time.Millisecond},
		} {
			began := time.Now()
			time.Sleep(c.elapsed)
			got := called{use: Use{CPU: c.cpu, Wall: c.elapsed}}
			p.hold(t.Context(), began, &got)
			if got.use.CPU != c.told || got.use.Wall != c.wall {
				t.Errorf("%v of CPU time in %v: told as %v in %v, want %v in %v", c.cpu, c.elapsed, got.use.CPU, got.use.Wall, c.told, c.wall)
			}
		}
	})
}

// TestPaceSlowsSleepsAlike: a sleep of so many milliseconds is of the slow clock,
// whatever the speed of the core, which its client has counted in.
func TestPaceSlowsSleepsAlike(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := paced(Pace{Slow: 3, Speed: 1.35, Share: 1})
		r.Occupied = &Occupied{}
		began := time.Now()
		use := r.Do(t.Context(), "sleep", url.Values{"ms": {"100"}}, "", nil).Use
		if took := time.Since(began); took != 300*time.Millisecond || use.CPU != 100*time.Millisecond || use.Wall != 100*time.Millisecond || r.Occupied.Time() != took {
			t.Errorf("took %v, told as %+v, occupied %v; want 300ms, 100ms and 300ms", took, use, r.Occupied.Time())
		}
	})
}

// TestPaceEndsWithTheClient: nobody is held who has left, or is out of time.
func TestPaceEndsWithTheClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := paced(Pace{Slow: 100, Speed: 1, Share: 1})
		r.Occupied = &Occupied{}
		r.Timeout = 2 * time.Second
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(errors.New("left")) })
		for status, ctx := range map[int]context.Context{StatusGone: ctx, http.StatusGatewayTimeout: t.Context()} {
			if res := r.Do(ctx, "sleep", url.Values{"ms": {"100"}}, "", nil); res.Status != status {
				t.Errorf("status %d, want %d", res.Status, status)
			}
		}
	})
}
