package route

import (
	"math"
	"slices"
	"sort"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cnv/policy"
	"cnv/policy/policytest"
)

// TestNormalizeAsOpenStack: the vectors of OpenStack's own tests (free RAM
// and I/O operations of hosts, nova/tests/unit/scheduler/test_weights.py),
// which declare 0 as the least value, and those of the rule's edges.
func TestNormalizeAsOpenStack(t *testing.T) {
	none := math.NaN()
	for _, c := range []struct {
		raw, want []float64
		lo, hi    float64
	}{
		{[]float64{512, 1024, 3072, 8192}, []float64{.0625, .125, .375, 1}, 0, none},
		{[]float64{512, 1024, 3072, 8192, -512}, []float64{.0625, .125, .375, 1, 0}, 0, none},
		{[]float64{1, 2, 0, 4}, []float64{.25, .5, 0, 1}, 0, none},
		{[]float64{20, 50}, []float64{0, 1}, none, none},
		{[]float64{20, 50}, []float64{0, .375}, none, 100},
		{[]float64{20, 50}, []float64{.4, 1}, 0, none},
		{[]float64{20, 50}, []float64{.2, .5}, 0, 100},
		{[]float64{-5, 150}, []float64{0, 1}, 0, 100},
		{[]float64{7, 7, 7}, []float64{0, 0, 0}, none, none},
		{[]float64{0, 0}, []float64{0, 0}, none, none},
		{[]float64{0.001, 0}, []float64{1, 0}, none, none}, // scale-free
	} {
		hosts := make([]host, len(c.raw))
		for i, r := range c.raw {
			hosts[i].raw = r
		}
		normalize(hosts, bounds{c.lo, c.hi})
		for i, h := range hosts {
			if math.Abs(h.raw-c.want[i]) > 1e-12 {
				t.Errorf("%v within [%v, %v]: %v becomes %v, want %v", c.raw, c.lo, c.hi, c.raw[i], h.raw, c.want[i])
			}
		}
	}
}

// novaLab is four workers with a few seconds of work, telemetry and failures:
//
//	worker    0    1    2    3
//	work      4    1    2    3   CPU-seconds
//	cpu     .10  .90  .50  none  half busy is assumed
//	failed    0    0    1    0
func novaLab(t *testing.T) *policytest.Lab {
	l := policytest.NewLab(t, policy.Config{Classes: []policy.Class{{Name: "c", Bound: 4 * time.Second}}})
	l.Add(4, 0)
	l.Done(l.Book(2, 1), policy.Error)
	l.At(time.Second)
	for w, cpu := range []float64{.1, .9, .5} {
		l.Report(policy.WorkerID(w), cpu)
	}
	for w, work := range []float64{4, 1, 2, 3} {
		l.Book(policy.WorkerID(w), work)
	}
	return l
}

// TestNovaGolden: choices worked out by hand for the fleet of novaLab.
func TestNovaGolden(t *testing.T) {
	l := novaLab(t)
	for _, c := range []struct {
		name string
		p    Nova
		want policy.WorkerID
	}{
		// normalised headroom 0 1 2/3 1/3, free cpu 1 0 .5 .5
		{"work", Nova{Work: 1}, 1},
		{"work, packing", Nova{Work: -1}, 0},
		{"cpu", Nova{CPU: 1}, 0},
		{"work and half cpu: .5 1 .92 .58", Nova{Work: 1, CPU: .5}, 1},
		{"work and .9 cpu: .9 1 1.12 .78", Nova{Work: 1, CPU: .9}, 2},
		{"failures dominate", Nova{Work: 1, CPU: .9, Failures: 1e6}, 1},
		{"in flight: all tie, the first", Nova{InFlight: 1}, 0},
		{"no weigher: all tie, the first", Nova{}, 0},
		// fixed: headroom (60-work)/60 = .933 .983 .967 .95, free cpu .1 .. .9 as is
		{"fixed: a second of work is little", Nova{Work: 1, CPU: .5, Bounds: FixedBounds}, 0},
		{"slots: all are busy", Nova{Slots: true}, policy.NoWorker},
		{"headroom 3 CPU-s", Nova{Work: -1, Headroom: 3}, 2},
		{"headroom 1.5 CPU-s", Nova{Work: 1, Headroom: 1.5}, policy.NoWorker},
		{"deadline 4 s", Nova{Work: -1, Deadline: true}, 3},
	} {
		c.p.SubsetSize = 1
		p := policytest.Start(l, &c.p)
		if got, _ := p.Route(l.View(), request); got != c.want {
			t.Errorf("%s: worker %d, want %d", c.name, got, c.want)
		}
	}
}

// TestNovaNoBound: without an SLO every worker meets the deadline.
func TestNovaNoBound(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{})
	l.Add(1, 0)
	p := policytest.Start(l, &Nova{Deadline: true, Bounds: ListBounds, SubsetSize: 1})
	if got, ok := p.Route(l.View(), request); got != 0 || !ok {
		t.Errorf("worker %d, want 0", got)
	}
}

// TestNovaSubset: the choice is uniform among the best few; shuffling draws
// among all that tie for the best, however many more they are.
func TestNovaSubset(t *testing.T) {
	l := novaLab(t)
	byWork := policytest.Start(l, &Nova{Work: 1, Bounds: ListBounds, SubsetSize: 3})
	expect(t, frequencies(t, l, byWork, 30_000), 30_000, 0, 1./3, 1./3, 1./3)
	tied := policytest.Start(l, &Nova{InFlight: 1, Bounds: ListBounds, SubsetSize: 2})
	expect(t, frequencies(t, l, tied, 30_000), 30_000, .5, .5, 0, 0)
	shuffled := policytest.Start(l, &Nova{InFlight: 1, Bounds: ListBounds, SubsetSize: 2, Shuffle: true})
	expect(t, frequencies(t, l, shuffled, 30_000), 30_000, .25, .25, .25, .25)
	more := policytest.Start(l, &Nova{SubsetSize: 99, Bounds: ListBounds})
	expect(t, frequencies(t, l, more, 30_000), 30_000, .25, .25, .25, .25)
}

// TestNovaEqualsTwin: on random fleets the choice is that of the algorithm
// written down as in OpenStack, with lists, dictionaries and a stable sort.
func TestNovaEqualsTwin(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := policytest.NewLab(t, policy.Config{})
		n := rapid.IntRange(1, 7).Draw(rt, "workers")
		l.Add(n, 0)
		l.Now = time.Second
		for range rapid.IntRange(0, 12).Draw(rt, "requests") {
			id := l.Book(policy.WorkerID(rapid.IntRange(0, n-1).Draw(rt, "worker")), float64(rapid.IntRange(0, 3).Draw(rt, "work")))
			if rapid.IntRange(0, 4).Draw(rt, "fails") == 0 {
				l.Done(id, policy.Error)
			}
		}
		for w := range rapid.IntRange(0, n).Draw(rt, "reports") {
			l.Report(policy.WorkerID(w), float64(rapid.IntRange(0, 4).Draw(rt, "cpu"))/4)
		}
		weight := rapid.SampledFrom([]float64{0, 1, 0.5, -1})
		p := policytest.Start(l, &Nova{
			Slots: rapid.Bool().Draw(rt, "slots"), Headroom: float64(rapid.IntRange(0, 4).Draw(rt, "headroom")),
			Work: weight.Draw(rt, "work"), InFlight: weight.Draw(rt, "in flight"), CPU: weight.Draw(rt, "cpu"), Failures: weight.Draw(rt, "failures"),
			Bounds: ListBounds, SubsetSize: 1,
		})
		got, _ := p.Route(l.View(), request)
		if want := novaTwin(l.View(), p, request); got != want {
			rt.Fatalf("worker %d, want %d", got, want)
		}
	})
}

// novaTwin is Nova with host_subset_size 1, bounds of the list, the slow way.
func novaTwin(v *policy.View, p *Nova, r *policy.Request) policy.WorkerID {
	var hosts []policy.WorkerID
	for _, id := range v.Ready() {
		if (!p.Slots || v.Worker(id).InFlight < 1) && (p.Headroom == 0 || v.WorkLeft(id)+r.Work <= p.Headroom) {
			hosts = append(hosts, id)
		}
	}
	if len(hosts) == 0 {
		return policy.NoWorker
	}
	score := map[policy.WorkerID]float64{}
	weigh := func(multiplier float64, raw func(*policy.Worker) float64) {
		var values []float64
		for _, id := range hosts {
			values = append(values, raw(v.Worker(id)))
		}
		lo, hi := slices.Min(values), slices.Max(values)
		for i, id := range hosts {
			if hi > lo {
				score[id] += multiplier * ((values[i] - lo) / (hi - lo))
			}
		}
	}
	weigh(p.Work, func(w *policy.Worker) float64 { return -v.WorkLeft(w.ID) })
	weigh(p.InFlight, func(w *policy.Worker) float64 { return -float64(w.InFlight) })
	weigh(p.CPU, func(w *policy.Worker) float64 {
		if w.AsOf < 0 {
			return 0.5
		}
		return 1 - w.CPU
	})
	weigh(p.Failures, func(w *policy.Worker) float64 { return -float64(w.Failures) })
	sort.SliceStable(hosts, func(i, j int) bool { return score[hosts[i]] > score[hosts[j]] })
	return hosts[0]
}
