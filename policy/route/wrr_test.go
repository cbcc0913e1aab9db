package route

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"cnv/policy"
	"cnv/policy/policytest"
)

// weighted is a lab with a pool, and so a worker's weight, for each number of cores.
func weighted(t testing.TB, cores ...int) *policytest.Lab {
	t.Helper()
	var cfg policy.Config
	for _, n := range cores {
		cfg.Pools = append(cfg.Pools, policy.Pool{Name: "p", Cores: n, Speed: 1, Max: 100})
	}
	l := policytest.NewLab(t, cfg)
	for i := range cores {
		l.Add(1, policy.PoolID(i))
	}
	return l
}

// routes is the workers that a router names in n decisions, as letters from a.
func routes(t *testing.T, l *policytest.Lab, p policy.Router, n int) string {
	t.Helper()
	out := ""
	for range n {
		out += string(rune('a' + route(t, l, p)))
	}
	return out
}

// TestSmoothSequence: the sequence that nginx documents for weights 5, 1, 1, over and over.
func TestSmoothSequence(t *testing.T) {
	l := weighted(t, 5, 1, 1)
	p := policytest.Start(l, &WeightedRoundRobin{})
	for range 3 {
		if got := routes(t, l, p, 7); got != "aabacaa" {
			t.Errorf("turns %s, want aabacaa", got)
		}
	}
}

// TestSmoothTwin: the classes name what nginx's loop over all peers names, while workers
// come and go.
func TestSmoothTwin(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := weighted(t, 1, 2, 5)
		p := policytest.Start(l, &WeightedRoundRobin{})
		credit := map[policy.WorkerID]float64{}
		for range rapid.IntRange(1, 60).Draw(rt, "events") {
			switch rapid.IntRange(0, 9).Draw(rt, "event") {
			case 0:
				l.Add(1, policy.PoolID(rapid.IntRange(0, 2).Draw(rt, "pool")))
			case 1:
				if ready := l.View().Ready(); len(ready) > 1 {
					l.Worker(policy.WorkerLost, rapid.SampledFrom(ready).Draw(rt, "lost"))
				}
			}
			best, total := policy.NoWorker, 0.0
			for _, id := range l.View().Ready() {
				w := float64(l.View().Worker(id).Cores)
				credit[id] += w
				total += w
				if best == policy.NoWorker || credit[id] > credit[best] {
					best = id
				}
			}
			credit[best] -= total
			if got := route(t, l, p); got != best {
				rt.Fatalf("worker %d, want %d", got, best)
			}
		}
	})
}

// TestSmoothSlowStart: a worker that became ready 15 s ago, of a slow start of a minute, has
// a quarter of its weight, and all of it after the minute.
func TestSmoothSlowStart(t *testing.T) {
	l := weighted(t, 1)
	l.At(5 * time.Minute)
	l.Add(1, 0)
	p := policytest.Start(l, &WeightedRoundRobin{SlowStart: time.Minute})
	for _, c := range []struct {
		age  time.Duration
		want float64 // of the requests
	}{{0, 1. / 11}, {15 * time.Second, 1. / 5}, {30 * time.Second, 1. / 3}, {time.Minute, 1. / 2}} {
		l.At(5*time.Minute + c.age)
		const n = 3300
		if got := frequencies(t, l, p, n)[1]; got < c.want-2./n || got > c.want+2./n {
			t.Errorf("%v after it became ready: %.4f of the requests, want %.4f", c.age, got, c.want)
		}
	}
}
