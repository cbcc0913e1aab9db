package sim

import (
	"context"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/route"
	"cnv/workloads"
)

// A prober asks worker 0 with each arrival how it is, and notes what it hears.
type prober struct {
	heard []heard
}

type heard struct {
	at      time.Duration
	n       int
	latency time.Duration
}

func (*prober) Route(*policy.View, *policy.Request) (policy.WorkerID, bool) { return 0, true }

func (*prober) Act(_ *policy.View, do *policy.Actions, _ uint64) { do.Probe(0) }

func (p *prober) ProbeReply(v *policy.View, _ policy.WorkerID, n int, latency time.Duration) {
	p.heard = append(p.heard, heard{v.Now, n, latency})
}

// TestProbes: a probe sees what is at the worker half the way later, and the gateway hears it
// after the other half. A request of 1 s that met nobody took 1 s, one that came beside it as long as
// it had to wait and 1 s; that is what is said of requests that meet as many.
func TestProbes(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name    string
		network time.Duration
		fault   *Fault
		want    []heard
	}{
		{"no network", 0, nil, []heard{{0, 1, 0}, {500 * ms, 2, 0}, {4000 * ms, 1, 1500 * ms}}}, // the third request is there already
		{"a network", 100 * ms, nil, []heard{{200 * ms, 1, 0}, {700 * ms, 2, 0}, {4200 * ms, 1, 1500 * ms}}},
		{"it hangs", 100 * ms, &Fault{Kind: FaultHang, At: 550 * ms, Worker: 0}, []heard{{200 * ms, 1, 0}}},
	} {
		p := &prober{}
		cfg := fleet(1, p)
		if c.network > 0 {
			cfg.Network = workloads.Constant(c.network.Seconds())
		}
		if c.fault != nil {
			cfg.Faults = []Fault{*c.fault}
		}
		times := []float64{0, .5, 3.5}
		at := func(*policy.Rand) float64 { d := times[0]; times = append(times[1:], 0); return d }
		if _, err := Run(context.Background(), cfg, newStream(1, 3, at, always(1)), &meanOf{}); err != nil {
			t.Fatal(err)
		}
		if len(p.heard) != len(c.want) {
			t.Errorf("%s: %v was heard, want %v", c.name, p.heard, c.want)
			continue
		}
		for i, h := range p.heard {
			if h != c.want[i] {
				t.Errorf("%s: %v was heard, want %v", c.name, h, c.want[i])
			}
		}
	}
}

// TestPrequalOnUnequalWorkers: where a fifth of a hundred workers are half as fast as the rest, and no
// router knows it, latency tells them apart: the 99th percentile is below that of two choices by
// requests in flight alone.
func TestPrequalOnUnequalWorkers(t *testing.T) {
	run := func(name string, network float64) (mean, p99 float64) {
		cfg := fleet(80, router(name))
		slow := cfg.Pools[0]
		slow.Initial = 20
		known := cfg.Control.Pools[0]
		known.Name, known.Speed, known.Initial, known.Min, known.Max = "slow", 0.5, 20, 20, 20
		cfg.Pools, cfg.Control.Pools = append(cfg.Pools, slow), append(cfg.Control.Pools, known)
		cfg.PS = true
		cfg.Network = workloads.Constant(network)
		q := routed{router: cfg.Control.Router}
		_ = q
		m := &responses{}
		if _, err := Run(context.Background(), cfg, newStream(1, 60_000, expo(1/(.8*90)), expo(1)), m); err != nil {
			t.Fatal(err)
		}
		return m.quantiles()
	}
	for _, n := range []string{"random", "roundrobin", "p2c", "jsq", "peakewma", "prequal"} {
		m, p := run(n, 0.0005)
		t.Log(n, m, p)
	}
	_ = route.Specs
}
