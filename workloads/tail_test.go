package workloads

import (
	"math"
	"testing"

	"cnv/policy"
)

// TestTails: of each law the tail is that of its draws, where draws show it.
func TestTails(t *testing.T) {
	bounded, err := NewPareto(1.1, 1, 2)
	if err != nil {
		t.Fatal(err)
	}
	for _, law := range []Law{Exponential{3}, NewLognormal(2, 0.2), bounded, Weibull{Scale: 2, Shape: 1.5}, Gamma{Of: 2, Spread: 0.5}} {
		d, rng := Dist{Law: law}, policy.NewRand(1, "tail", 0)
		two, four, n := 0.0, 0.0, 400_000
		for i := range n {
			x := d.Draw(rng.At(uint64(i)))
			two, four = two+x*x, four+x*x*x*x
		}
		got, want := tailOf(Uniformly("a", d)), two*two/four/float64(n)
		if math.Abs(got/want-1) > 0.05 {
			t.Errorf("%v: %v, of draws %v", law, got, want)
		}
		if scaled := tailOf(Uniformly("a", d.Times(7))); math.Abs(scaled/got-1) > 1e-9 {
			t.Errorf("%v: seven times as long it is %v, not %v", law, scaled, got)
		}
	}
	if got := tailOf(Uniformly("a", Constant(2))); got != 0 {
		t.Errorf("constant work: %v", got)
	}
}
