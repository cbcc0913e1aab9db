package stat

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// TestIntervalIsStudents compares with quantiles known in closed form: t has
// one degree of freedom for n = 2 (the Cauchy distribution, tan(0.475 π)) and
// two for n = 3, where the quantile is (2p-1)/sqrt(2p(1-p)).
func TestIntervalIsStudents(t *testing.T) {
	for _, c := range []struct {
		xs   []float64
		mean float64
		half float64
	}{
		{[]float64{1, 3}, 2, math.Tan(0.475 * math.Pi)},
		{[]float64{1, 2, 3}, 2, 0.95 / math.Sqrt(2*0.975*0.025) / math.Sqrt(3)},
		{[]float64{7, 7, 7}, 7, 0},
		{[]float64{0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, 0.1, 0},
	} {
		mean, low, high := Interval(c.xs)
		if math.Abs(mean-c.mean) > 1e-12 || math.Abs(mean-low-c.half) > 1e-9*c.half || math.Abs(high-mean-c.half) > 1e-9*c.half {
			t.Errorf("Interval(%v) = %v (%v to %v), want %v ± %v", c.xs, mean, low, high, c.mean, c.half)
		}
	}
}

// TestIntervalCovers: of 20,000 intervals over ten normal values, 95 % cover
// the mean. The share has a standard error of sqrt(.95*.05/20000) = 0.0015;
// four of them are allowed. Quantiles of the normal distribution in place of
// Student's would cover 91.8 %.
func TestIntervalCovers(t *testing.T) {
	const runs, n, mu = 20000, 10, 3.0
	rng := rand.New(rand.NewPCG(1, 2))
	xs, covered := make([]float64, n), 0
	for range runs {
		for i := range xs {
			xs[i] = mu + 2*rng.NormFloat64()
		}
		if _, low, high := Interval(xs); low <= mu && mu <= high {
			covered++
		}
	}
	got, tolerance := float64(covered)/runs, 4*math.Sqrt(Confidence*(1-Confidence)/runs)
	if math.Abs(got-Confidence) > tolerance {
		t.Errorf("%.4f of the intervals cover the mean, want %.2f ± %.4f", got, Confidence, tolerance)
	}
}

// TestNoInterval: one value has none, nor has one that is not finite.
func TestNoInterval(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		xs   []float64
		mean float64
	}{
		{nil, nan}, {[]float64{4}, 4}, {[]float64{1, inf}, inf}, {[]float64{inf, 1}, inf}, {[]float64{inf, inf}, inf},
		{[]float64{inf, -inf}, nan}, {[]float64{-inf, 1}, -inf}, {[]float64{1, nan}, nan}, {[]float64{nan, 1}, nan},
	} {
		mean, low, high := Interval(c.xs)
		if !sameFloat(mean, c.mean) || !math.IsNaN(low) || !math.IsNaN(high) {
			t.Errorf("Interval(%v) = %v (%v to %v), want %v and none", c.xs, mean, low, high, c.mean)
		}
	}
}

// TestPairsCancelWhatTheyShare: a difference by seed does not feel what a
// seed does to both, and swapping the two turns it around.
func TestPairsCancelWhatTheyShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		luck := rapid.SliceOfN(rapid.IntRange(-1e6, 1e6), 2, 12).Draw(t, "luck")
		effect := rapid.IntRange(-1000, 1000).Draw(t, "effect")
		a, b := make([]float64, len(luck)), make([]float64, len(luck))
		for i, l := range luck {
			a[i], b[i] = float64(l+effect), float64(l)
		}
		mean, low, high := Interval(Differences(a, b))
		if e := float64(effect); mean != e || low != e || high != e {
			t.Fatalf("difference %v (%v to %v), want exactly %v", mean, low, high, e)
		}
		back, _, _ := Interval(Differences(b, a))
		if back != -mean {
			t.Fatalf("turned around: %v, want %v", back, -mean)
		}
	})
	if d := Differences([]float64{math.Inf(1), math.Inf(1), 1}, []float64{math.Inf(1), 1, math.Inf(1)}); !math.IsNaN(d[0]) || d[1] != math.Inf(1) || d[2] != math.Inf(-1) {
		t.Errorf("differences of infinite values: %v", d)
	}
}

// sameFloat says that two floats are equal, or both no number.
func sameFloat(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

// TestOneRunIsNotSureOfItself: batches of one run that are all equal give no interval, as
// the run is one replication; equal replications have one without a length.
func TestOneRunIsNotSureOfItself(t *testing.T) {
	xs := make([]float64, 10)
	if _, low, high := IntervalOf(xs, Basis{Over: OverBatches}); !math.IsNaN(low) || !math.IsNaN(high) {
		t.Errorf("batches: %v to %v, want none", low, high)
	}
	if _, low, high := IntervalOf(xs, Basis{Over: OverSeeds}); low != 0 || high != 0 {
		t.Errorf("seeds: %v to %v, want 0", low, high)
	}
}

// TestBeyondOf: of a difference of means that do not vary together it is between theirs, by
// how much each varies; of those that do it is of what is left.
func TestBeyondOf(t *testing.T) {
	a, b := []float64{1, 1, -1, -1}, []float64{2, -2, 2, -2}
	for _, c := range []struct {
		a, b       []float64
		ofA, ofB   float64
		want       float64
		difference string
	}{
		{a, b, 2, 2, 2, "alike"}, {a, b, 0, 0, 1, "not known"}, {a, b, 6, 1, (6*1 + 1*4.) / 5, "independent"},
		{a, a, 4, 1, 4, "none"}, {b, a, 4, 0, (4*4 + 1*1.) / 5, "one not known"},
		{a, []float64{0.5, 0.5, -0.5, -0.5}, 4, 1, (1.5 * 1.5) / (0.5 * 0.5), "shared"},
	} {
		if got := BeyondOf(c.a, c.b, c.ofA, c.ofB); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: %v, want %v", c.difference, got, c.want)
		}
	}
}
