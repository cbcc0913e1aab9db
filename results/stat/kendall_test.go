package stat

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestKendall: the fast count is the count of all pairs, with ties in either
// number or both, and known orders have their values.
func TestKendall(t *testing.T) {
	slow := func(pairs []Pair) float64 {
		var s, x, y float64
		for i, a := range pairs {
			for _, b := range pairs[:i] {
				dx, dy := a.X-b.X, a.Y-b.Y
				if dx != 0 {
					x++
				}
				if dy != 0 {
					y++
				}
				switch {
				case dx*dy > 0:
					s++
				case dx*dy < 0:
					s--
				}
			}
		}
		return s / math.Sqrt(x*y)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		pairs := make([]Pair, rng.IntN(40))
		for i := range pairs {
			pairs[i] = Pair{float64(rng.IntN(8)), float64(rng.IntN(12))}
		}
		want := slow(pairs)
		if got := Kendall(pairs); math.Abs(got-want) > 1e-12 || math.IsNaN(got) != math.IsNaN(want) {
			t.Fatalf("%v of %v, want %v", got, pairs, want)
		}
	}
	up, down := []Pair{{1, 1}, {2, 4}, {3, 9}}, []Pair{{1, 3}, {2, 2}, {3, 1}}
	if Kendall(up) != 1 || Kendall(down) != -1 {
		t.Errorf("τ of the same order %v, of the opposite one %v", Kendall(up), Kendall(down))
	}
	if got := Kendall([]Pair{{1, 1}, {1, 2}}); !math.IsNaN(got) {
		t.Errorf("τ of one prediction for all: %v, want none", got)
	}
}
