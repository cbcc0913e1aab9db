package coverage

import (
	"math"
	"testing"
)

// TestHeavyTruth: with cv² 1 the formula is that of M/M/1; with 10 it is by hand.
func TestHeavyTruth(t *testing.T) {
	h := heavyTails()[0]
	// 1 + 0.7 × 11 / (2 × 0.3) = 13.83; at 1.25 times the speed 0.8 + 0.7 × 11 / 1.5625 / (2 × 0.44) = 6.4.
	if a, b := h.truth(1), h.truth(1.25); math.Abs(a-13.8333) > 1e-3 || math.Abs(b-6.4) > 1e-9 {
		t.Errorf("means %.4f and %.4f", a, b)
	}
}

// TestHeavyTailsAreNotCut: of 20 experiments of ten seeds of 4,000 requests some 16
// have an interval that holds the mean; with a cut by the luck of each run, which
// leaves out early bursts, 10.
func TestHeavyTailsAreNotCut(t *testing.T) {
	if testing.Short() {
		t.Skip("400 runs")
	}
	h := heavyTail{"short", "size = \"lognormal\"\ncv2 = 10", 4000}
	got, err := h.cover(20, 10, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got.n != 20 || got.level < 13 || got.left/20 > 0.03 {
		t.Errorf("%d of %d intervals hold the mean, which is %.1f %% off, %.1f %% left out", got.level, got.n, 100*got.off/20, 100*got.left/20)
	}
}
