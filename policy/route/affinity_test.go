package route

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/cespare/xxhash/v2"
	"pgregory.net/rapid"

	"cnv/policy"
	"cnv/policy/policytest"
)

// TestXXHash: texts shorter than 32 bytes hash as the library has it.
func TestXXHash(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b := rapid.SliceOfN(rapid.Byte(), 0, 31).Draw(rt, "text")
		seed := rapid.Uint64().Draw(rt, "seed")
		d := xxhash.NewWithSeed(seed)
		d.Write(b)
		if got, want := hashText(seed, b), d.Sum64(); got != want {
			rt.Fatalf("%q, seed %d: %x, want %x", b, seed, got, want)
		}
	})
}

// hosts are the names in Envoy's tests.
func hosts() (names [][]byte) {
	for port := 90; port <= 95; port++ {
		names = append(names, fmt.Appendf(nil, "127.0.0.1:%d", port))
	}
	return names
}

// TestEnvoyRing: the ring of six hosts with two points each is that of Envoy's own test
// (ring_hash_lb_test.cc, Basic), point for point, and so is who is found on it.
func TestEnvoyRing(t *testing.T) {
	p := &RingHash{}
	for i, name := range hosts() {
		p.ring = appendPoints(p.ring, policy.WorkerID(90+i), name, 2)
	}
	slices.SortFunc(p.ring, point.compare)
	want := []point{
		{833437586790550860, 94}, {928266305478181108, 92}, {1033482794131418490, 90}, {3551244743356806947, 95},
		{3851675632748031481, 93}, {5583722120771150861, 91}, {6311230543546372928, 91}, {7700377290971790572, 93},
		{13144177310400110813, 95}, {13444792449719432967, 92}, {15516499411664133160, 94}, {16117243373044804889, 90},
	}
	if !slices.Equal(p.ring, want) {
		t.Errorf("ring\n%v, want\n%v", p.ring, want)
	}
	p.index()
	for hash, want := range map[uint64]policy.WorkerID{0: 94, math.MaxUint64: 94, 3551244743356806947: 95, 3551244743356806948: 93, 16117243373044804880: 90} {
		if got := p.ring[p.at(hash)].id; got != want {
			t.Errorf("hash %d: host %d, want %d", hash, got, want)
		}
	}
}

// table is the table of walks, as digits.
func table(size int, walks ...walk) string {
	entries := make([]policy.WorkerID, size)
	populate(entries, walks)
	out := ""
	for _, id := range entries {
		out += fmt.Sprint(id)
	}
	return out
}

// TestMaglevPaper: the tables of the paper's worked example (Eisenbud et al. 2016, table 1),
// before and after the second backend is removed.
func TestMaglevPaper(t *testing.T) {
	b0, b1, b2 := walk{id: 0, at: 3, skip: 4, weight: 1}, walk{id: 1, at: 0, skip: 2, weight: 1}, walk{id: 2, at: 3, skip: 1, weight: 1}
	if got := table(7, b0, b1, b2); got != "1010220" {
		t.Errorf("table %s, want 1010220", got)
	}
	if got := table(7, b0, b2); got != "0000222" {
		t.Errorf("without the second: table %s, want 0000222", got)
	}
}

// TestEnvoyMaglev: the tables of Envoy's own tests (maglev_lb_test.cc, Basic and Weighted).
func TestEnvoyMaglev(t *testing.T) {
	var alike, unlike []walk
	for i, name := range hosts() {
		alike = append(alike, newWalk(policy.WorkerID(i), name, 7, 1))
	}
	if got := table(7, alike...); got != "2401503" {
		t.Errorf("table %s, want 2401503", got)
	}
	for i, name := range hosts()[:2] {
		unlike = append(unlike, newWalk(policy.WorkerID(i), name, 17, float64(i+1)))
	}
	if got := table(17, unlike...); got != "10010110111110101" {
		t.Errorf("weights 1 and 2: table %s, want 10010110111110101", got)
	}
}

// keyed is the worker at which a router places a key.
func keyed(t *testing.T, l *policytest.Lab, p policy.Router, key int) policy.WorkerID {
	t.Helper()
	w, ok := p.Route(l.View(), &policy.Request{Key: policy.Key(key)})
	if !ok {
		t.Fatal("no worker, want one")
	}
	return w
}

// TestAffinity: equal keys meet one worker; every worker has about its share of the keys,
// by capacity; and a worker that goes or comes moves its own share of them, and under
// Maglev few others.
func TestAffinity(t *testing.T) {
	const keys = 20_000
	for _, c := range []struct {
		name   string
		router policy.Router
		spread float64 // largest relative error of a share
		others float64 // share of the keys that move though they need not
	}{
		{"ringhash", &RingHash{Points: 400, By: ByKey}, 0.25, 0},
		{"maglev", &Maglev{Table: 65_537, By: ByKey}, 0.05, 0.03},
	} {
		l := policytest.NewLab(t, policy.Config{Pools: []policy.Pool{
			{Name: "p", Cores: 1, Speed: 1, Max: 99}, {Name: "q", Cores: 2, Speed: 1.5, Max: 99},
		}})
		l.Add(7, 0)
		l.Add(1, 1)
		p := policytest.Start(l, c.router)
		shares := make([]float64, 9)
		places := make([]policy.WorkerID, keys)
		for k := range places {
			places[k] = keyed(t, l, p, k+1)
			shares[places[k]] += 1. / keys
		}
		for w := range policy.WorkerID(8) {
			if want := capacity(l.View().Worker(w)) / 10; math.Abs(shares[w]/want-1) > c.spread {
				t.Errorf("%s: worker %d has %.4f of the keys, want %.2f within %.0f %%", c.name, w, shares[w], want, 100*c.spread)
			}
		}
		l.Worker(policy.WorkerLost, 3)
		l.Add(1, 0)
		moved, fresh := 0.0, 0.0
		for k, was := range places {
			switch now := keyed(t, l, p, k+1); {
			case now == 3:
				t.Fatalf("%s: key %d is at a worker that is gone", c.name, k)
			case now == 8:
				fresh += 1. / keys
			case now != was && was != 3:
				moved += 1. / keys
			}
		}
		if moved > c.others || math.Abs(fresh-0.1) > c.spread*0.1+0.01 {
			t.Errorf("%s: %.4f of the keys moved for nothing, %.4f to the new worker, want at most %.2f and 0.1", c.name, moved, fresh, c.others)
		}
		if c.others == 0 {
			l.Worker(policy.WorkerLost, 8)
			for k, was := range places {
				if now := keyed(t, l, p, k+1); was != 3 && now != was {
					t.Fatalf("%s: key %d is at %d, and was at %d before others came and went", c.name, k, now, was)
				}
			}
		}
	}
}

// TestAffinityOf: what places a request: its key, or its class, or, without a key, its ID.
func TestAffinityOf(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{Classes: make([]policy.Class, 40)})
	l.Add(16, 0)
	places := func(p policy.Router, r func(i int) *policy.Request) int {
		seen := map[policy.WorkerID]bool{}
		for i := range 200 {
			w, _ := p.Route(l.View(), r(i))
			seen[w] = true
		}
		return len(seen)
	}
	for by, c := range map[By][3]int{ByKey: {1, 16, 16}, ByClass: {1, 14, 1}} {
		for name, p := range map[string]policy.Router{"ringhash": &RingHash{Points: 100, By: by}, "maglev": &Maglev{Table: 251, By: by}} {
			for i, request := range []func(int) *policy.Request{
				func(i int) *policy.Request { return &policy.Request{ID: policy.RequestID(i), Key: 5} },
				func(i int) *policy.Request {
					return &policy.Request{Key: policy.Key(i + 1), Class: policy.ClassID(i % 40)}
				},
				func(i int) *policy.Request { return &policy.Request{ID: policy.RequestID(i)} },
			} {
				if got := places(p, request); got < c[i]-2 || c[i] == 1 && got != 1 { // 40 classes leave 1.2 of 16 empty
					t.Errorf("%s by %v, requests %d: %d workers, want some %d", name, by, i, got, c[i])
				}
			}
		}
	}
}

// TestBoundedLoads: under a single hot key nobody has more than the bound times its share,
// rounded up; and without load every key is at its place.
func TestBoundedLoads(t *testing.T) {
	for _, overflow := range []Overflow{OverflowNext, OverflowRehash} {
		for name, p := range map[string]policy.Router{
			"ringhash": &RingHash{Points: 100, By: ByKey, Bound: 1.25, Overflow: overflow},
			"maglev":   &Maglev{Table: 1021, By: ByKey, Bound: 1.25, Overflow: overflow},
		} {
			l := policytest.NewLab(t, policy.Config{Pools: []policy.Pool{
				{Name: "p", Cores: 1, Speed: 1, Max: 99}, {Name: "q", Cores: 3, Speed: 1, Max: 99},
			}})
			l.Add(7, 0)
			l.Add(1, 1)
			policytest.Start(l, p)
			for n := range 100 {
				w := keyed(t, l, p, 7)
				l.Book(w, 1)
				wk := l.View().Worker(w)
				if most := math.Ceil(1.25 * float64(n+1) * capacity(wk) / 10); float64(wk.InFlight) > most {
					t.Fatalf("%s, %v: worker %d has %d of %d requests, at most %v", name, overflow, w, wk.InFlight, n+1, most)
				}
			}
		}
	}
}
