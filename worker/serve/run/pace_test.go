package run

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"runtime"
	"strconv"
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

// A crowd is a kernel that spins, for many requests at once. It measures for itself what
// each computes, and how late this machine wakes who waits as long as the request does.
type crowd struct {
	pace Pace
	mu   sync.Mutex
	cpu  map[string]time.Duration // what each computed, by query
	end  map[string]time.Time     // when each had computed
	late time.Duration            // the most that one was woken late
	all  sync.WaitGroup           // of those that wait
}

// spin is the kernel.
func (c *crowd) spin(ctx context.Context, q *kernel.Request) (kernel.Answer, error) {
	began := time.Now()
	before, _ := cpu.Thread()
	answer, err := spin.Spin(ctx, q)
	after, _ := cpu.Thread()
	c.mu.Lock()
	defer c.mu.Unlock()
	who := q.Query.Get("who")
	c.cpu[who], c.end[who] = after-before, time.Now()
	due := began.Add(times(after-before, c.pace.Speed*c.pace.Slow/c.pace.Share))
	c.all.Go(func() {
		if wait := time.Until(due); wait > 0 {
			time.Sleep(wait)
			late := time.Since(due)
			c.mu.Lock()
			defer c.mu.Unlock()
			c.late = max(c.late, late)
		}
	})
	return answer, err
}

// TestPaceHoldsUnderContention: with four requests for every core, a request takes
// what it computes, times the pace, to within 5 % and twice what this machine was late to
// wake others meanwhile, and says so in the slow clock. One that gets no core for longer
// than that takes until it has computed. Without a pace it takes about four times as long
// as it computes.
func TestPaceHoldsUnderContention(t *testing.T) {
	if _, ok := cpu.Thread(); !ok {
		t.Skip("this system has no clock of a thread's CPU time")
	}
	p := Pace{Slow: 20, Speed: 1.5, Share: 0.5}
	c := &crowd{pace: p, cpu: map[string]time.Duration{}, end: map[string]time.Time{}}
	r := paced(p)
	r.Plain["spin"] = c.spin
	type took struct {
		began, ended time.Time
		use          Use
	}
	n := 4 * runtime.GOMAXPROCS(0)
	done := make([]took, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			began := time.Now()
			use := r.Do(t.Context(), "spin", url.Values{"ms": {"30"}, "who": {strconv.Itoa(i)}}, "", nil).Use
			done[i] = took{began, time.Now(), use}
		})
	}
	all.Wait()
	c.all.Wait()
	for i, d := range done {
		who := strconv.Itoa(i)
		if want := times(c.cpu[who], p.Speed); c.cpu[who] < 5*time.Millisecond || d.use.CPU < want || d.use.CPU > want+want/20+time.Millisecond {
			t.Errorf("request %d computed for %v of CPU time, and tells %v, want %v", i, c.cpu[who], d.use.CPU, want)
		}
		want := times(d.use.CPU, p.Slow/p.Share)
		least, most := want, max(want, c.end[who].Sub(d.began))
		slack := want/20 + 2*c.late
		if took := d.ended.Sub(d.began); took < least || took > most+slack {
			t.Errorf("request %d took %v, want %v to %v, and %v more at most", i, took, least, most, slack)
		} else if told := times(d.use.Wall, p.Slow); told < least-time.Microsecond || took < told-time.Millisecond || took > told+slack {
			t.Errorf("request %d took %v, and tells %v", i, took, told)
		}
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
