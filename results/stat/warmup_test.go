package stat

import (
	"math"
	"math/rand/v2"
	"testing"

	_ "cnv/internal/seeded"

	"pgregory.net/rapid"
)

// TestWarmUpIsMSER: the one-pass rule finds the cut of the definition, written
// down literally.
func TestWarmUpIsMSER(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := rapid.SliceOfN(rapid.Float64Range(0, 1000), 2, 60).Draw(t, "xs")
		z := func(d int) float64 { return variance(xs[d:]) / float64(len(xs)-d) }
		want, limit, later := 0, len(xs)/2, math.Inf(1)
		for d := range len(xs) - len(xs)/10 {
			switch {
			case d > limit:
				later = min(later, z(d))
			case z(d) < z(want):
				want = d
			}
		}
		got, found := WarmUp(xs)
		if got != want && math.Abs(z(got)-z(want)) > 1e-9*(1+z(want)) {
			t.Fatalf("cut %d, want %d of %v", got, want, xs)
		}
		if sure := math.Abs(z(got)-later) > 1e-9*(1+z(got)); sure && found != (got < limit && z(got) < later) {
			t.Fatalf("cut %d of %d, found %v", got, len(xs), found)
		}
	})
}

// TestWarmUpFindsAStep: what is high for a while is cut off, to within two
// batches; a trend that never ends has no steady state.
func TestWarmUpFindsAStep(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	step, ramp := make([]float64, 400), make([]float64, 400)
	for i := range step {
		if step[i] = 1 + 0.1*rng.NormFloat64(); i < 60 {
			step[i] += 5
		}
		ramp[i] = float64(i) + rng.NormFloat64()
	}
	if cut, found := WarmUp(step); !found || cut < 60 || cut > 62 {
		t.Errorf("step at 60: cut %d, found %v", cut, found)
	}
	if cut, found := WarmUp(ramp); found {
		t.Errorf("ramp: a steady state from %d on", cut)
	}
	nan := math.NaN()
	if cut, _ := WarmUp([]float64{9, nan, 1, nan, 1, 1, 1, 1}); cut != 1 && cut != 2 {
		t.Errorf("batches without an answer: cut %d", cut)
	}
}

// variance is that of a population.
func variance(xs []float64) float64 {
	mean, sum := MeanOf(xs), 0.0
	for _, x := range xs {
		sum += (x - mean) * (x - mean)
	}
	return sum / float64(len(xs))
}
