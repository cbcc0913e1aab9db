package estimate

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"cnv/policy"
)

// TestNeighbours: the nearest by features, in units of their spread, the latest of equals; the mean of
// their work or a quantile; nothing before there are so many.
func TestNeighbours(t *testing.T) {
	p := started(t, &Neighbours{K: 3, Window: 6}, classes(2))
	learn := func(a, b, work float64) {
		p.Learn(0, &policy.Request{Features: [policy.MaxFeatures]float64{math.Expm1(a), math.Expm1(b)}}, work)
	}
	check := func(a, b, want float64) {
		t.Helper()
		got, ok := p.Estimate(0, &policy.Request{Features: [policy.MaxFeatures]float64{math.Expm1(a), math.Expm1(b)}})
		if ok != (want > 0) || math.Abs(got-want) > 1e-9 {
			t.Errorf("at %v, %v: %v, %v, want %v", a, b, got, ok, want)
		}
	}
	learn(9, 9, 1000) // leaves the window
	learn(0, 10, 1)
	check(0, 10, 0)
	learn(0, 20, 2)
	learn(0, 30, 6)
	learn(1, 10, 10)
	learn(1, 20, 20)
	learn(1, 30, 60)
	check(0, 20, 3) // the first feature, which varies by 1 where the other does by 20, tells them apart
	check(1, 30, 86.0/3)
	p.Quantile = 0.9
	check(1, 20, 60)
	p.Quantile = 0.5
	check(1, 20, 20)
	p.K, p.Quantile = 1, 0
	learn(1, 20, 70) // as near as the 20 before, and later
	check(1, 20, 70)
	if (&Neighbours{Window: 1}).Validate() == nil || (&Neighbours{K: 1}).Validate() == nil || (&Neighbours{K: 1, Window: 1, Quantile: 1}).Validate() == nil {
		t.Error("parameters that cannot be are taken")
	}
}

// TestNeighboursAreTheNearest: whatever was learnt, they are those that a sort of all finds.
func TestNeighboursAreTheNearest(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := started(t, &Neighbours{K: rapid.IntRange(1, 5).Draw(rt, "k"), Window: 8}, classes(1))
		var all []near
		for i := range rapid.IntRange(5, 12).Draw(rt, "requests") {
			x, work := rapid.Float64Range(0, 5).Draw(rt, "x"), float64(i+1)
			p.Learn(0, &policy.Request{Features: [policy.MaxFeatures]float64{math.Expm1(x)}}, work)
			all = append(all, near{x, work})
		}
		at := rapid.Float64Range(0, 5).Draw(rt, "at")
		last := slices.Clone(all[max(len(all)-8, 0):])
		slices.Reverse(last)
		slices.SortStableFunc(last, func(a, b near) int { return cmp.Compare(math.Abs(a.distance-at), math.Abs(b.distance-at)) })
		got, _ := p.Estimate(0, &policy.Request{Features: [policy.MaxFeatures]float64{math.Expm1(at)}})
		want := 0.0
		for _, n := range last[:p.K] {
			want += n.work / float64(p.K)
		}
		if apart := p.K < len(last) && math.Abs(math.Abs(last[p.K-1].distance-at)-math.Abs(last[p.K].distance-at)) < 1e-6; !apart && math.Abs(got-want) > 1e-9 {
			rt.Fatalf("%v at %v of %v, want %v", got, at, all, want)
		}
	})
}
