package sim

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"cnv/policy"
	"cnv/workloads"
)

// drawArrivals makes a bursty trace with ties: often one arrival is at the same
// instant as the one before, and takes whole seconds, so that also time-outs and
// answers come at the same instant.
func drawArrivals(rt *rapid.T, most int) []workloads.Arrival {
	n := rapid.IntRange(1, most).Draw(rt, "n")
	out := make([]workloads.Arrival, n)
	at := time.Duration(0)
	for i := range out {
		if rapid.IntRange(0, 2).Draw(rt, "tie") == 0 {
			out[i] = workloads.Arrival{At: at, Work: time.Duration(rapid.IntRange(0, 12).Draw(rt, "seconds")) * time.Second}
			continue
		}
		at += time.Duration(rapid.IntRange(0, 2000).Draw(rt, "gap")) * time.Millisecond
		out[i] = workloads.Arrival{At: at, Work: time.Duration(rapid.IntRange(0, 5_000_000).Draw(rt, "work")) * time.Microsecond}
	}
	return out
}

// TestLindley: one-core workers, first come, first served, under round robin
// are queues of Lindley's recursion, to the nanosecond.
func TestLindley(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		servers := rapid.IntRange(1, 5).Draw(rt, "servers")
		trace := drawArrivals(rt, 100)
		got := play(t, fleet(servers, &roundRobin{}), &list{arrivals: trace}).byID(t)
		free := make([]time.Duration, servers)
		for i, a := range trace {
			start := max(a.At, free[i%servers])
			free[i%servers] = start + a.Work
			if got[i].Start != start || got[i].Finish != free[i%servers] {
				rt.Fatalf("request %d: %v to %v, want %v to %v", i, got[i].Start, got[i].Finish, start, free[i%servers])
			}
		}
	})
}

// TestSharingTwin: processor sharing with virtual time equals a dumb
// simulation that recomputes what is left of every request at every event.
func TestSharingTwin(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		cores := rapid.IntRange(1, 3).Draw(rt, "cores")
		speed := rapid.SampledFrom([]float64{0.5, 1, 1.25}).Draw(rt, "speed")
		trace := drawArrivals(rt, 30)
		cfg := fleet(1, &roundRobin{})
		cfg.PS = true
		cfg.Control.Pools[0].Cores, cfg.Control.Pools[0].Speed = cores, speed
		got := play(t, cfg, &list{arrivals: trace}).byID(t)
		want := dumbSharing(trace, float64(cores), speed)
		for i := range want {
			if d := got[i].Finish.Seconds() - want[i]; d > 1e-6 || d < -1e-6 {
				rt.Fatalf("request %d ends at %v, want %.9fs", i, got[i].Finish, want[i])
			}
		}
	})
}

func dumbSharing(trace []workloads.Arrival, cores, speed float64) []float64 {
	finish := make([]float64, len(trace))
	left := map[int]float64{}
	now, next := 0.0, 0
	for next < len(trace) || len(left) > 0 {
		rate := speed * min(1, cores/float64(max(len(left), 1)))
		until := 1e18
		for _, l := range left {
			until = min(until, now+l/rate)
		}
		arrives := next < len(trace) && trace[next].At.Seconds() <= until
		if arrives {
			until = trace[next].At.Seconds()
		}
		for i := range left {
			left[i] -= (until - now) * rate
			if left[i] <= 1e-12 {
				finish[i] = until
				delete(left, i)
			}
		}
		now = until
		if arrives {
			left[next] = trace[next].Work.Seconds()
			next++
		}
	}
	return finish
}

// TestTwiceAsFast: twice the speed and twice the work is the same run.
func TestTwiceAsFast(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		trace := drawArrivals(rt, 60)
		double := make([]workloads.Arrival, len(trace))
		for i, a := range trace {
			a.Work *= 2
			double[i] = a
		}
		run := func(speed float64, ps bool, tr []workloads.Arrival) []time.Duration {
			cfg := fleet(3, &sampled{})
			cfg.PS = ps
			cfg.Control.Pools[0].Speed = speed
			var out []time.Duration
			for _, q := range play(t, cfg, &list{arrivals: tr}).byID(t) {
				out = append(out, q.Start, q.Finish)
			}
			return out
		}
		ps := rapid.Bool().Draw(rt, "ps")
		a, b := run(1, ps, trace), run(2, ps, double)
		for i := range a {
			if a[i] != b[i] {
				rt.Fatalf("instant %d: %v at speed 1, %v at speed 2", i, a[i], b[i])
			}
		}
	})
}

// TestOneMoreServerNeverHurts: in a central first-come-first-served queue
// no request starts later when there is one more server.
func TestOneMoreServerNeverHurts(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		trace := drawArrivals(rt, 60)
		n := rapid.IntRange(1, 4).Draw(rt, "servers")
		run := func(n int) []time.Duration {
			cfg := fleet(n, &roundRobin{})
			cfg.Control.Pools[0].Limit = 1
			var out []time.Duration
			for _, q := range play(t, cfg, &list{arrivals: trace}).byID(t) {
				out = append(out, q.Start)
			}
			return out
		}
		few, more := run(n), run(n+1)
		for i := range few {
			if more[i] > few[i] {
				rt.Fatalf("request %d starts at %v with %d servers, %v with %d", i, few[i], n, more[i], n+1)
			}
		}
	})
}

// TestTrueSizesLeastWorkIsCentral: least work left with true sizes is the
// central queue: every request starts at the same instant.
func TestTrueSizesLeastWorkIsCentral(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		trace := drawArrivals(rt, 60)
		n := rapid.IntRange(1, 4).Draw(rt, "servers")
		central := fleet(n, &roundRobin{})
		central.Control.Pools[0].Limit = 1
		want := play(t, central, &list{arrivals: trace}).byID(t)
		cfg := fleet(n, earliest{})
		cfg.Control.Estimator = exact{}
		got := play(t, cfg, &list{arrivals: trace}).byID(t)
		for i := range want {
			if d := got[i].Start - want[i].Start; d > time.Microsecond || d < -time.Microsecond {
				rt.Fatalf("request %d starts at %v, want %v", i, got[i].Start, want[i].Start)
			}
		}
	})
}

type earliest struct{}

func (earliest) Route(v *policy.View, _ *policy.Request) (policy.WorkerID, bool) {
	if idle := v.Idle(); len(idle) > 0 {
		return idle[0], true
	}
	return v.EarliestFree(0)
}

type exact struct{}

func (exact) Exact()                                                  {}
func (exact) Estimate(time.Duration, *policy.Request) (float64, bool) { return 0, false }
func (exact) Learn(time.Duration, *policy.Request, float64)           {}
