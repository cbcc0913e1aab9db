package route

import (
	"testing"

	"pgregory.net/rapid"

	"cnv/policy"
	"cnv/policy/policytest"
)

// TestPackSequence: on three workers of two cores six requests fill one worker after the
// other; the seventh has no host.
func TestPackSequence(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{Pools: []policy.Pool{{Name: "p", Cores: 2, Speed: 1, Max: 9}}})
	l.Add(3, 0)
	p := &Pack{}
	got := ""
	for range 6 {
		w := route(t, l, p)
		l.Book(w, 1)
		got += string(rune('a' + w))
	}
	if got[0] != got[1] || got[2] != got[3] || got[4] != got[5] || got[0] == got[2] || got[2] == got[4] || got[0] == got[4] {
		t.Errorf("six requests went to %s, want two after two to each worker", got)
	}
	if w, ok := p.Route(l.View(), request); ok {
		t.Errorf("worker %d, and all are full", w)
	}
	p.Limit = 3
	if _, ok := p.Route(l.View(), request); !ok {
		t.Error("no worker, with room for three at each")
	}
}

// TestPackTwin: what it names has the least room of all that have any, as a scan finds.
func TestPackTwin(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := policytest.NewLab(t, policy.Config{Pools: []policy.Pool{
			{Name: "p", Cores: 2, Speed: 1, Max: 9}, {Name: "q", Cores: 4, Slots: rapid.IntRange(0, 5).Draw(rt, "slots"), Speed: 1, Max: 9},
		}})
		l.Add(rapid.IntRange(1, 3).Draw(rt, "p"), 0)
		l.Add(rapid.IntRange(0, 3).Draw(rt, "q"), 1)
		p := &Pack{Limit: rapid.IntRange(0, 5).Draw(rt, "limit")}
		v := l.View()
		for range rapid.IntRange(0, 15).Draw(rt, "requests") {
			l.Book(rapid.SampledFrom(v.Ready()).Draw(rt, "worker"), 1)
		}
		room := func(id policy.WorkerID) int {
			w := v.Worker(id)
			return fullAt(&v.Pools()[w.Pool], p.Limit) - int(w.InFlight)
		}
		least := 0
		for _, id := range v.Ready() {
			if r := room(id); r > 0 && (least == 0 || r < least) {
				least = r
			}
		}
		w, ok := p.Route(v, request)
		if ok != (least > 0) || ok && room(w) != least {
			rt.Fatalf("worker %d, %v, want one with room for %d", w, ok, least)
		}
	})
}

// TestBlend: below the lower bound it packs, above the upper one it spreads, and between
// them it spreads with a probability that grows linearly.
func TestBlend(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{Pools: []policy.Pool{{Name: "p", Cores: 4, Speed: 1, Max: 9}}})
	l.Add(5, 0)
	p := policytest.Start(l, &Blend{Low: 0.2, High: 0.8})
	const n = 20_000
	for _, c := range []struct {
		book   int
		packed float64
	}{{1, 1}, {2, 1}, {1, 1}, {4, 2. / 3}, {4, 1. / 3}, {4, 0}, {3, 0}} { // 1 3 4 8 12 16 19 of 20
		for range c.book {
			w, _ := fullest(l.View(), 0)
			l.Book(w, 1)
		}
		packed := 0.
		for range n {
			route(t, l, p)
			if p.room > 0 {
				packed += 1. / n
			}
		}
		expect(t, []float64{packed}, n, c.packed)
	}
	l.Book(4, 1)
	route(t, l, p) // all are full, and it has a host
}
