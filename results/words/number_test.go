package words

import (
	"math"
	"strings"
	"testing"

	_ "cnv/internal/seeded"

	"pgregory.net/rapid"
)

// TestDecimalsKeepSigns: what is not 0 never reads as 0, and a number keeps
// its sign, whatever it is written beside.
func TestDecimalsKeepSigns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Float64Range(1e-6, 1e6)
		v, w := size.Draw(t, "v"), -size.Draw(t, "w")
		d := Places(v, w, v)
		for _, x := range []float64{v, w} {
			s := Decimal(x, d)
			if strings.Trim(s, "−0.") == "" || strings.HasPrefix(s, "−") != (x < 0) {
				t.Fatalf("decimal(%v, %d) = %q", x, d, s)
			}
		}
	})
}

// TestRoundingErrorsAreNothing: an end that is 0 but for a rounding error asks for no more
// decimals; one that is small does.
func TestRoundingErrorsAreNothing(t *testing.T) {
	for end, want := range map[float64]int{0: 3, 2e-17: 3, 4e-6: 6} {
		if got := Places(-0.0216, -0.0432, end); got != want {
			t.Errorf("an interval that ends at %v is written with %d decimals, want %d", end, got, want)
		}
	}
}

// TestSpread: ± only where it says both ends.
func TestSpread(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		e      Estimate
		spread string
		beside string
	}{
		{Estimate{2, 1.5, 2.5}, "±0.5", "±0.5"},
		{Estimate{2, 1.5, 2.55}, "±0.5", "±0.5"},
		{Estimate{2, 1.5, 2.7}, "1.5 to 2.7", "(1.5 to 2.7)"},
		{Estimate{-1, -4, 0}, "−4.0 to 0.0", "(−4.0 to 0.0)"},
		{Estimate{2, 2, 2}, "±0.0", "±0.0"},
		{Estimate{2, 1.5, math.Inf(1)}, "1.5 to ∞", "(1.5 to ∞)"},
		{Estimate{2, nan, nan}, "", ""},
	} {
		if spread, beside := c.e.Spread(1), c.e.Beside(1); spread != c.spread || beside != c.beside {
			t.Errorf("%v: %q and %q, want %q and %q", c.e, spread, beside, c.spread, c.beside)
		}
	}
}
