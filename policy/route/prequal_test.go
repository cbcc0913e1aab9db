package route

import (
	"math"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/policytest"
)

// TestPrequalReuse: how many decisions an answer serves is the paper's b_reuse: 1.32 with a pool
// of 16, three probes and one removal in a fleet of 100; small fleets have smaller pools.
func TestPrequalReuse(t *testing.T) {
	for _, c := range []struct {
		workers, pool int
		reuse         float64
	}{
		{100, 16, 2 / 1.52}, {10_000, 16, 2 / (3*(1-0.0016) - 1)}, {32, 16, 4}, {24, 12, 4}, {10, 5, 4}, {5, 2, 2 / 0.8}, {4, 2, 4},
		{3, 3, mostReuse}, {2, 2, mostReuse}, {1, 1, mostReuse}, {0, 1, mostReuse},
	} {
		p := NewPrequal()
		if size, reuse := p.size(c.workers), p.reuse(c.workers); size != c.pool || math.Abs(reuse-c.reuse) > 1e-12 {
			t.Errorf("%d workers: a pool of %d, %v uses; want %d, %v", c.workers, size, reuse, c.pool, c.reuse)
		}
	}
}

// answer is one of a probe: requests in flight, and latency in milliseconds.
type answer struct{ rif, ms int }

// asked is a router that has had these answers, of worker 0 first, in a fleet of 100.
func asked(t *testing.T, p *Prequal, answers ...answer) *policytest.Lab {
	l := policytest.NewLab(t, policy.Config{})
	l.Add(100, 0)
	policytest.Start(l, p)
	for w, a := range answers {
		p.ProbeReply(l.View(), policy.WorkerID(w), a.rif, time.Duration(a.ms)*time.Millisecond)
	}
	return l
}

// TestPrequalHotAndCold: the least latency of the cold; where all are hot the fewest in flight.
func TestPrequalHotAndCold(t *testing.T) {
	for _, c := range []struct {
		name     string
		quantile float64
		answers  []answer
		want     policy.WorkerID
	}{
		{"of four the largest is the quantile: none is hot", 0.84, []answer{{3, 90}, {1, 80}, {9, 1}, {2, 70}}, 2},
		{"hot ones are passed over", 0.5, []answer{{3, 90}, {1, 80}, {9, 1}, {2, 70}}, 3},
		{"cold ones are passed over where requests alone count", 0, []answer{{3, 1}, {1, 80}, {9, 1}, {2, 70}}, 1},
		{"latency alone", 1, []answer{{3, 90}, {1, 80}, {9, 1}, {2, 70}}, 2},
		{"ties by requests in flight", 1, []answer{{3, 70}, {1, 70}, {2, 70}}, 1},
		{"then the older answer", 1, []answer{{1, 70}, {1, 70}}, 0},
		{"nothing known of latency is tried", 1, []answer{{1, 70}, {1, 0}}, 1},
	} {
		p := NewPrequal()
		p.Quantile = c.quantile
		l := asked(t, p, c.answers...)
		if got := route(t, l, p); got != c.want {
			t.Errorf("%s: worker %d, want %d", c.name, got, c.want)
		}
	}
}

// TestPrequalUses: a request that is sent counts at once; an answer serves so many decisions,
// loses to a later one of the same worker, and does not outlive its age or its worker.
func TestPrequalUses(t *testing.T) {
	p := NewPrequal()
	p.Quantile, p.Remove, p.Probes = 0, 0, 2.4 // 2/(0.84 x 2.4) is below one use
	l := asked(t, p, answer{0, 1}, answer{2, 1}, answer{5, 1})
	p.pool[0].uses, p.pool[1].uses = 4, 1
	for i, want := range []policy.WorkerID{0, 0, 0, 1, 0} { // 0 has 0, 1, 2 (ties: the older), then 3 beside 2
		if i == 4 && len(p.pool) != 2 {
			t.Fatalf("%d answers are left, want 2: that of worker 1 was used up", len(p.pool))
		}
		if got := route(t, l, p); got != want {
			t.Fatalf("decision %d: worker %d, want %d", i, got, want)
		}
	}
	p.ProbeReply(l.View(), 2, 1, 0)
	p.ProbeReply(l.View(), 2, 0, 0)
	p.ProbeReply(l.View(), 3, 4, 0)
	if len(p.pool) != 2 || p.pool[0].rif != 0 {
		t.Errorf("%+v, want the last answer of worker 2, and worker 3", p.pool)
	}
	l.Worker(policy.WorkerLost, 2)
	p.ProbeReply(l.View(), 4, 6, 0)
	if got := route(t, l, p); got != 3 {
		t.Errorf("worker %d, want 3: 2 is lost", got)
	}
	l.At(l.Now + p.Age + 1)
	if p.refresh(l.View()); len(p.pool) != 0 {
		t.Errorf("%+v is kept beyond its age", p.pool)
	}
}

// TestPrequalRemoves: with each decision an answer goes, the oldest and the worst by turns.
func TestPrequalRemoves(t *testing.T) {
	p := NewPrequal()
	p.Quantile = 1
	l := asked(t, p, answer{1, 50}, answer{1, 10}, answer{1, 90}, answer{1, 30})
	for i := range p.pool {
		p.pool[i].uses = 9
	}
	for _, want := range [][]policy.WorkerID{{1, 2, 3}, {1, 3}} {
		if got := route(t, l, p); got != 1 {
			t.Errorf("worker %d, want 1", got)
		}
		for i, w := range want {
			if len(p.pool) != len(want) || p.pool[i].worker != w {
				t.Fatalf("%+v are left, want those of %v", p.pool, want)
			}
		}
	}
}

// TestPrequalAvoidsWhatFails: a worker whose attempts fail at once looks idle and is not taken.
func TestPrequalAvoidsWhatFails(t *testing.T) {
	p := NewPrequal()
	p.Quantile = 0.5
	l := asked(t, p, answer{0, 1}, answer{2, 90}, answer{3, 90})
	for range 3 {
		l.Done(l.Book(0, 1), policy.Error)
	}
	if got := route(t, l, p); got != 1 {
		t.Errorf("worker %d, want 1", got)
	}
}

// TestPrequalProbes: three workers a request, each as often as others; all of a fleet of three;
// by halves as often as not.
func TestPrequalProbes(t *testing.T) {
	for _, c := range []struct {
		workers int
		probes  float64
		want    float64 // per arrival
	}{{10, 3, 3}, {10, 0.5, 0.5}, {3, 3, 3}, {2, 1, 2}, {2, 16, 2}, {3, 0, 0}} {
		p := NewPrequal()
		p.Probes = c.probes
		l := policytest.NewLoop(t, policy.Config{
			Router: p, Classes: []policy.Class{{Name: "c", Prior: 1}},
			Pools: []policy.Pool{{Name: "p", Cores: 1, Speed: 1, Min: c.workers, Max: c.workers}},
		}, c.workers)
		const n = 4000
		for range n {
			l.Turn()
		}
		got := float64(l.Counts().Probes) / n
		if tol := 4.5 * math.Sqrt(0.25/n); math.Abs(got-c.want) > tol {
			t.Errorf("%d workers, probes = %v: %.3f an arrival, want %v", c.workers, c.probes, got, c.want)
		}
	}
}

// TestRIFs: quantiles of the last answers, by the definition.
func TestRIFs(t *testing.T) {
	var r rifs
	for i := range int32(recentRIFs + 50) {
		r.add(i)
	}
	for q, want := range map[float64]int32{0: -1, 0.5: 50 + 63, 0.84: 50 + 107, 1: math.MaxInt32} {
		if got := r.quantile(q); got != want {
			t.Errorf("quantile %v of 50 to 177: %d, want %d", q, got, want)
		}
	}
	r.add(1 << 20)
	if got := r.quantile(0.999); got != 255 {
		t.Errorf("%d, want the last number that is told apart, 255", got)
	}
}
