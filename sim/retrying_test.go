package sim

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cnv/results"
	"cnv/workloads"
)

// burst is arrivals every 240 ms for 200 s, and 30 a second more from 60 to
// 70 s; each is 100 ms of work.
func burst() *list {
	l := &list{}
	next, extra := time.Duration(0), 60*time.Second
	for next < 200*time.Second {
		at := min(next, extra)
		l.arrivals = append(l.arrivals, workloads.Arrival{At: at, Work: 100 * time.Millisecond})
		if at == next {
			next += 240 * time.Millisecond
		} else if extra += 33 * time.Millisecond; extra >= 70*time.Second {
			extra = math.MaxInt64
		}
	}
	return l
}

// servedLate is the share of users of the last 60 s who were answered, and how
// many users and tries there were in all.
func servedLate(m *memory) (share float64, users, tries int) {
	late, served := 0.0, 0.0
	for _, q := range m.requests {
		tries++
		if q.Try == 0 {
			users++
		}
		if q.First < 140*time.Second {
			continue
		}
		if q.Try == 0 {
			late++
		}
		if q.Ending == results.Answered {
			served++
		}
	}
	return served / late, users, tries
}

// TestClientsThatTryAgainKeepAServiceDown: a service at 0.42 of its capacity
// gets over a burst of 10 s where clients give up, and where work for clients
// that have left stops. Where that runs on and clients come again up to twice
// it serves nobody any more: the metastable failure of Bronson et al. 2021
// (doi:10.1145/3458336.3465286).
func TestClientsThatTryAgainKeepAServiceDown(t *testing.T) {
	for _, c := range []struct {
		does  Abandoned
		retry int
		want  float64
	}{{RunsOn, 0, 1}, {Stops, 2, 1}, {RunsOn, 2, 0}} {
		cfg := fleet(1, &roundRobin{})
		cfg.Control.Pools[0].Slots = 1
		cfg.Abandoned, cfg.Timeout, cfg.Duration = c.does, time.Second, 200*time.Second
		if c.retry > 0 {
			cfg.Clients = &workloads.Patience{Retry: c.retry, Budget: math.Inf(1)}
		}
		m := play(t, cfg, burst())
		share, users, tries := servedLate(m)
		if share != c.want {
			t.Errorf("%v, %d retries: %v of the users of the last minute were served, want %v", c.does, c.retry, share, c.want)
		}
		if own := len(burst().arrivals); users != own || tries < own || tries > own*(1+c.retry) || c.retry == 0 && tries != own {
			t.Errorf("%v, %d retries: %d users and %d tries of %d arrivals", c.does, c.retry, users, tries, own)
		}
	}
}

// TestBudgetOfClientsEndsIt: the same, with one try more for ten of their own.
func TestBudgetOfClientsEndsIt(t *testing.T) {
	cfg := fleet(1, &roundRobin{})
	cfg.Control.Pools[0].Slots = 1
	cfg.Abandoned, cfg.Timeout, cfg.Duration = RunsOn, time.Second, 200*time.Second
	cfg.Clients = &workloads.Patience{Retry: 2, Budget: 0.1}
	share, users, tries := servedLate(play(t, cfg, burst()))
	if share != 1 || float64(tries-users) > 10+0.1*float64(users) {
		t.Errorf("%v of the users served, %d tries of %d users", share, tries, users)
	}
}

// TestEveryTryEndsOnce: whatever the policies decide, each try of a user is
// recorded once, in order, no more than the user may make, and none after an
// answer or before the one before it ended.
func TestEveryTryEndsOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		trace := drawArrivals(rt, 150)
		cfg := drawWorld(rt)
		drawGateways(rt, &cfg)
		p := workloads.Patience{
			Retry: rapid.IntRange(1, 3).Draw(rt, "tries"), Backoff: time.Duration(rapid.IntRange(0, 3).Draw(rt, "wait")) * time.Second,
			Jitter: float64(rapid.IntRange(0, 2).Draw(rt, "jitter")) / 2, Budget: []float64{0, 0.2, math.Inf(1)}[rapid.IntRange(0, 2).Draw(rt, "spend")],
		}
		cfg.Clients = &p
		w, m := runChaos(rt, trace, cfg, rapid.Uint64().Draw(rt, "seed"))
		if len(m.requests) != int(w.arrivals) {
			rt.Fatalf("%d records of %d arrivals", len(m.requests), w.arrivals)
		}
		var last []results.Request // by user
		for _, q := range m.byID(t) {
			for int(q.User) >= len(last) {
				last = append(last, results.Request{Try: math.MaxUint8})
			}
			before := &last[q.User]
			switch {
			case q.Try != before.Try+1 || int(q.Try) > p.Retry:
				rt.Fatalf("user %d: try %d after %d, of at most %d", q.User, q.Try, before.Try, p.Retry)
			case q.Try == 0 && q.First != q.Arrival, q.Try > 0 && (q.First != before.First || before.Ending == results.Answered || q.Arrival < before.Arrival):
				rt.Fatalf("user %d: %+v after %+v", q.User, q, *before)
			}
			*before = q
		}
		own := 0
		for _, a := range trace {
			if cfg.Duration == 0 || a.At < cfg.Duration {
				own++
			}
		}
		if len(last) != own {
			rt.Fatalf("%d users of %d arrivals", len(last), own)
		}
		if !math.IsInf(p.Budget, 1) && float64(len(m.requests)-len(last)) > 10+p.Budget*float64(len(last)) {
			rt.Fatalf("%d tries of %d users are beyond the budget", len(m.requests), len(last))
		}
		checkBooks(rt, w)
	})
}
