package calibrate

import (
	"math"
	"slices"
	"testing"

	"cnv/policy"
)

// TestSurvivors: the remission times of Freireich et al. (1963), of which Kaplan and Meier's
// estimate is printed in textbooks (Kalbfleisch and Prentice, table 1.1): of 21 patients 6
// weeks are survived by 0.857, 7 by 0.807, 10 by 0.753, 13 by 0.690, 16 by 0.627, 22 by
// 0.538, 23 by 0.448.
func TestSurvivors(t *testing.T) {
	var spans []span
	for _, s := range []float64{6, 6, 6, 7, 10, 13, 16, 22, 23} {
		spans = append(spans, span{s: s})
	}
	for _, s := range []float64{6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35} {
		spans = append(spans, span{s, true})
	}
	got := survivors(spans)
	if len(got) != len(spans) || !slices.IsSorted(got) {
		t.Fatalf("%v, want %d in order", got, len(spans))
	}
	for at, want := range map[float64]float64{6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448} {
		longer := 0
		for _, v := range got {
			if v > at {
				longer++
			}
		}
		if share := float64(longer) / float64(len(got)); math.Abs(share-want) > 0.5/21+1e-3 {
			t.Errorf("%v weeks are survived by %.3f, want %.3f within half a sample", at, share, want)
		}
	}
	if got := survivors(ended([]float64{3, 1, 2})); !slices.Equal(got, []float64{1, 2, 3}) {
		t.Errorf("%v, want what was measured, where nothing was cut off", got)
	}
}

// TestMedianEnds: of fewer than six values the ends; of more, between the ranks of tables of the
// sign test (Conover, table A3: of 10 the second and the ninth, of 20 the sixth and the
// fifteenth) and the next ones: by hand of 6, where those hold the median in 96.9 and 78.1 of 100
// cases, 5·0.1/(1+4·0.1) of the way from the first to the second.
func TestMedianEnds(t *testing.T) {
	for n, want := range map[int][2]float64{1: {1, 1}, 5: {1, 5}, 6: {1 + 0.5/1.4, 6 - 0.5/1.4}, 10: {2.6577, 8.3423}, 20: {6.2352, 14.7648}} {
		var values []float64
		for i := n; i > 0; i-- {
			values = append(values, float64(i))
		}
		if low, high := medianEnds(values); math.Abs(low-want[0]) > 1e-4 || math.Abs(high-want[1]) > 1e-4 {
			t.Errorf("%d values: ranks %v and %v, want %v", n, low, high, want)
		}
	}
}

// TestLine: the slope of a line is within its interval, whatever a few points say, and
// there is none of points of one size.
func TestLine(t *testing.T) {
	r := policy.NewRand(3, "line", 0)
	var xs, ys, same []float64
	for i := range 300 {
		x := r.Float64()
		y := 0.02 + x/0.8 + 0.01*r.ExpFloat64()
		if i%20 == 0 {
			y += 3 // somebody had to wait
		}
		xs, ys, same = append(xs, x), append(ys, y), append(same, 1)
	}
	l, low, high, ok := fitLine(xs, ys)
	if !ok || !(low <= 1.25 && 1.25 <= high) || high-low > 0.05 || math.Abs(l.at-0.027) > 0.005 {
		t.Errorf("slope %v (%v to %v) at %v, %v, want 1.25 at 0.027", l.slope, low, high, l.at, ok)
	}
	if _, _, _, ok := fitLine(same, ys); ok {
		t.Error("a slope of points of one size")
	}
}

// TestAgrees: a measured run that is one of the draws agrees, one that is far off in one
// metric does not in that one, and what nobody can measure is no difference.
func TestAgrees(t *testing.T) {
	var predicted []Prediction
	var measured []float64
	for range Metrics {
		predicted = append(predicted, Predict([]float64{9, 10, 11, 10, 9, 11, 10, 10, 9, 11}))
		measured = append(measured, 10.9)
	}
	if got := Agrees(Metrics, measured, predicted); slices.Contains(got, false) {
		t.Errorf("%v of runs like the others", got)
	}
	measured[2] = 20
	if got := Agrees(Metrics, measured, predicted); got[2] || !got[0] || !got[5] {
		t.Errorf("%v, want only the third to differ", got)
	}
	predicted[2] = Predict([]float64{20.01, 20.01, 20.01, 20.01, 20.01})
	if got := Agrees(Metrics, measured, predicted); slices.Contains(got, false) {
		t.Errorf("%v: half a thousandth is no difference", got)
	}
	predicted[2] = Predict([]float64{21, 21, 21, 21, 21})
	if got := Agrees(Metrics, measured, predicted); got[2] {
		t.Error("a world without chance agrees with another value")
	}
}

// TestMedianEndsHoldTheMedian: of uniform values 95 of 100 intervals hold a half, of few values
// and of so many that a power of a half is no number any more.
func TestMedianEndsHoldTheMedian(t *testing.T) {
	r := policy.NewRand(1, "ends", 0)
	for _, n := range []int{6, 8, 15, 60, 1500} {
		const tries = 2000
		in := 0
		for range tries {
			values := make([]float64, n)
			for i := range values {
				values[i] = r.Float64()
			}
			if low, high := medianEnds(values); low <= 0.5 && 0.5 <= high {
				in++
			}
		}
		if share := float64(in) / tries; share < 0.925 || share > 0.965 {
			t.Errorf("%d values: %.3f of the intervals hold the median", n, share)
		}
	}
}
