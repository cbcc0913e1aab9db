package stat

import (
	"math"
	"testing"
)

// TestCarriers: of n normal values a third carry, of a burst in one of ten less than
// there are bursts, of equal values none.
func TestCarriers(t *testing.T) {
	bursts := make([]float64, 40)
	bursts[3], bursts[17], bursts[30] = 1, 2, 1
	if got := Carriers(bursts); got < 2 || got > 3 {
		t.Errorf("three bursts: %v", got)
	}
	if got := Carriers([]float64{1, -1, 1, -1, 1, -1}); math.Abs(got-6) > 1e-9 {
		t.Errorf("six alike: %v", got)
	}
	if got := Carriers([]float64{2, 2, 2}); got != 0 {
		t.Errorf("equal: %v", got)
	}
}
