package sim

import (
	"math"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/estimate"
	"cnv/policy/route"
	"cnv/policy/spill"
	"cnv/workloads"
)

// The scenarios of this file are derived by hand from the source of the original
// (RevisedNovaSchedulerStrategy.java and LoadBalancer.java, foxtrot95 bf39fdb): each
// branch of its decisions, with inputs so small that one can say what has to happen.

// A placing is where and when the gateway sent an attempt.
type placing struct {
	at     time.Duration
	worker policy.WorkerID // NoWorker: a function
}

// A diary is what the gateway did.
type diary struct {
	sent     map[policy.RequestID][]placing
	launched []time.Duration
	pending  []time.Duration // the launch call has returned
}

func (d *diary) Add(now time.Duration, e *policy.Event, cmds []policy.Command) {
	if e.Kind == policy.WorkerPending && now > 0 {
		d.pending = append(d.pending, now)
	}
	for _, c := range cmds {
		switch c.Kind {
		case policy.Dispatch, policy.Invoke:
			d.sent[c.Request] = append(d.sent[c.Request], placing{now, c.Worker})
		case policy.Launch:
			d.launched = append(d.launched, now)
		}
	}
}

// original plays arrivals under the original on machines of one core, which share it.
func original(t *testing.T, machines int, router *route.NovaOriginal, arrivals []workloads.Arrival) *diary {
	t.Helper()
	busy := spill.NewBusy()
	d := &diary{sent: map[policy.RequestID][]placing{}}
	cfg := Config{
		Seed: 5, PS: true, Journal: d,
		Control: policy.Config{
			Classes: []policy.Class{{Name: "c", Bound: time.Minute}}, Router: router, Spill: busy, Estimator: estimate.NewRepeat(),
			Pools:     []policy.Pool{{Name: "vm", Cores: 1, Speed: 1, Max: 9}},
			Functions: &policy.Functions{Share: 1, Concurrency: 1000, KeepAlive: time.Hour},
		},
		Pools: []Pool{{Initial: machines, Launch: Launch{API: constant(2), Pending: constant(4), Boot: constant(10), Start: constant(3), Health: constant(0)}}},
		Funcs: &Functions{MemoryMB: 1769, Share: 1, KeepAlive: time.Hour, Concurrency: 1000},
	}
	play(t, cfg, &list{arrivals: arrivals})
	return d
}

// every makes n arrivals of so much unknown work, one each step from an instant on.
func every(n int, from, step, work time.Duration) (out []workloads.Arrival) {
	for i := range n {
		out = append(out, workloads.Arrival{At: from + time.Duration(i)*step, Work: work})
	}
	return out
}

// share checks that hits of n are as likely as p, within four standard deviations.
func share(t *testing.T, what string, hits, n int, p float64) {
	t.Helper()
	if got := float64(hits) / float64(n); math.Abs(got-p) > 4*math.Sqrt(p*(1-p)/float64(n)) {
		t.Errorf("%s: %.3f of %d, want %.3f", what, got, n, p)
	}
}

// TestOriginalIdleFleet: on two idle machines the lottery is a coin.
func TestOriginalIdleFleet(t *testing.T) {
	const n = 900
	d := original(t, 2, route.NewNovaOriginal(), every(n, 0, time.Second, 20*time.Millisecond))
	first := 0
	for _, p := range d.sent {
		if p[0].worker == 0 {
			first++
		}
	}
	share(t, "on the first machine", first, n, 0.5)
}

// TestOriginalLotteryByHeadroom: beside one request of 1.2 units the other machine
// wins with 20/38.8, beside two with 20/37.6.
func TestOriginalLotteryByHeadroom(t *testing.T) {
	const groups = 500
	var arrivals []workloads.Arrival
	for g := range groups {
		arrivals = append(arrivals, every(3, time.Duration(g)*time.Minute, 15*time.Millisecond, 2*time.Second)...)
	}
	d := original(t, 2, route.NewNovaOriginal(), arrivals)
	apart, together, third := 0, 0, 0
	for g := range policy.RequestID(groups) {
		a, b, c := d.sent[3*g][0].worker, d.sent[3*g+1][0].worker, d.sent[3*g+2][0].worker
		if a != b {
			apart++
			continue
		}
		together++
		if c != a {
			third++
		}
	}
	share(t, "the second elsewhere", apart, groups, 20/38.8)
	share(t, "the third elsewhere, after two alike", third, together, 20/37.6)
}

// TestOriginalSmallJobs: a small request (0.4 units) goes to a machine while nobody
// knows it, counting 1.2; to a function once it is known and no machine would have 1.1
// units with it; and to the one machine that would.
func TestOriginalSmallJobs(t *testing.T) {
	const key = 7
	small := 170 * time.Millisecond
	arrivals := []workloads.Arrival{
		{At: 0, Work: small, Key: key},
		{At: 4 * time.Second, Work: small, Key: key},
		{At: 8 * time.Second, Work: 3 * time.Second}, // unknown: 1.2 units on one machine
		{At: 9 * time.Second, Work: small, Key: key},
		{At: 30 * time.Second, Work: small, Key: key},
	}
	d := original(t, 2, route.NewNovaOriginal(), arrivals)
	if w := d.sent[0][0].worker; w == policy.NoWorker {
		t.Error("a request that nobody knows went to a function")
	}
	for _, r := range []policy.RequestID{1, 4} {
		if w := d.sent[r][0].worker; w != policy.NoWorker {
			t.Errorf("request %d, known and small, on an idle fleet: machine %d, want a function", r, w)
		}
	}
	if busy, w := d.sent[2][0].worker, d.sent[3][0].worker; busy == policy.NoWorker || w != busy {
		t.Errorf("beside machine %d with 1.2 units it went to %d", busy, w)
	}
}

// TestOriginalStandsStill: sixteen requests of 1.2 units fit on a machine (19.2 of
// 20). For the seventeenth one is launched, and the gateway stands still: the launch
// call takes 2 s, the machine runs after 4 s, and the waiter looks at once and then
// 15 s later. Those that came meanwhile all see no load on it.
func TestOriginalStandsStill(t *testing.T) {
	arrivals := every(17, time.Second, 50*time.Millisecond, 4*time.Second)
	arrivals = append(arrivals, every(8, 3*time.Second, 250*time.Millisecond, time.Second)...)
	d := original(t, 1, route.NewNovaOriginal(), arrivals)
	for r := range policy.RequestID(16) {
		if p := d.sent[r][0]; p.worker != 0 || p.at > 2*time.Second {
			t.Errorf("request %d: %+v, want machine 0 at once", r, p)
		}
	}
	launch := arrivals[16].At
	if len(d.launched) == 0 || d.launched[0] != launch || d.pending[0] != launch+2*time.Second {
		t.Fatalf("launches at %v, known at %v; want the first at %v and 2 s later", d.launched, d.pending, launch)
	}
	for r := policy.RequestID(16); r < 25; r++ {
		if p := d.sent[r][0]; p.worker != 1 || p.at != launch+17*time.Second {
			t.Errorf("request %d: %+v, want machine 1 at the second look, at %v", r, p, launch+17*time.Second)
		}
	}
}

// TestOriginalRace: what is decided within a millisecond does not see each other, so
// three requests find room on a machine with 18 of 20 units; a moment later the
// next finds none.
func TestOriginalRace(t *testing.T) {
	arrivals := every(15, 0, 20*time.Millisecond, 9*time.Second)
	arrivals = append(arrivals, every(3, 2*time.Second, 80*time.Microsecond, 9*time.Second)...)
	arrivals = append(arrivals, workloads.Arrival{At: 2*time.Second + 5*time.Millisecond, Work: time.Second})
	for _, c := range []struct {
		delay time.Duration
		first policy.RequestID // for which a machine is launched
	}{{time.Millisecond, 18}, {0, 16}} {
		router := route.NewNovaOriginal()
		router.BookingDelay = c.delay
		d := original(t, 1, router, arrivals)
		for r := range c.first {
			if p := d.sent[r][0]; p.worker != 0 || p.at != arrivals[r].At {
				t.Errorf("delay %v, request %d: %+v, want machine 0 at once", c.delay, r, p)
			}
		}
		if want := arrivals[c.first].At; len(d.launched) == 0 || d.launched[0] != want {
			t.Errorf("delay %v: launches at %v, want the first at %v, for request %d", c.delay, d.launched, want, c.first)
		}
	}
}

// TestOriginalChoosesBeforeThePause: of a machine that refuses its requests each
// chooses the next at once, and is sent there 1 to 5 s later, whatever has become of
// it; so two requests of 1.2 units choose a machine that has room for one.
func TestOriginalChoosesBeforeThePause(t *testing.T) {
	router := route.NewNovaOriginal()
	router.Capacity = 2.4
	// Machine 0 has two requests, machine 1 is launched for the third and refuses it
	// and the fourth: its network is up 10 s after it runs, its application 13 s.
	arrivals := append(every(2, 0, 20*time.Millisecond, 20*time.Second), every(2, time.Second, 20*time.Millisecond, time.Second)...)
	d := original(t, 1, router, arrivals)
	seen := arrivals[2].At + 17*time.Second // 1 s after its network was up
	var again []placing
	for r := policy.RequestID(2); r < 4; r++ {
		p := d.sent[r]
		if len(p) < 2 || p[0] != (placing{seen, 1}) {
			t.Fatalf("request %d: %+v, want machine 1 at %v first, and another attempt", r, p, seen)
		}
		again = append(again, p[1])
	}
	if len(d.launched) < 2 || d.launched[1] != seen {
		t.Fatalf("launches at %v; want the second when the first machine refused, at %v", d.launched, seen)
	}
	for i, p := range again {
		if pause := p.at - (seen + 17*time.Second); p.worker != 2 || pause < time.Second || pause > 5*time.Second {
			t.Errorf("attempt %d: %+v, %v after the second machine was seen; want machine 2, 1 to 5 s after", i, p, pause)
		}
	}
}
