package workloads

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"
)

// TestPoissonCountsAreDispersedByOne: the index of dispersion of n windows has
// a standard error of sqrt(2/n).
func TestPoissonCountsAreDispersedByOne(t *testing.T) {
	const n = 10_000
	_, src := open(t, &Poisson{Rate: 20, Duration: n * time.Second}, 1)
	arrivals := all(t, src)
	within(t, "all", float64(len(arrivals)), 20*n)
	if got, off := dispersion(counts(arrivals, time.Second, n)), 5*math.Sqrt(2.0/n); math.Abs(got-1) > off {
		t.Errorf("index of dispersion = %v, want 1 within %v", got, off)
	}
}

// TestDiurnalFollowsItsRate compares the counts of each twelfth of the period,
// over 3 periods, with the integral of the documented rate (Simpson's rule).
func TestDiurnalFollowsItsRate(t *testing.T) {
	g := &Diurnal{Rate: 50, Ratio: 9, Period: time.Hour, Duration: 3 * time.Hour}
	_, src := open(t, g, 1)
	arrivals := all(t, src)
	var got [12]float64
	for _, a := range arrivals {
		got[int(a.At%time.Hour/(5*time.Minute))]++
	}
	rate := func(t float64) float64 { return 50 * (1 - 0.8*math.Cos(2*math.Pi*t/3600)) }
	for i := range got {
		a, b := float64(i*300), float64((i+1)*300)
		within(t, fmt.Sprintf("twelfth %d", i), got[i], 3*(b-a)/6*(rate(a)+4*rate((a+b)/2)+rate(b)))
	}
	within(t, "all", float64(len(arrivals)), 3*50*3600)
	if low, high := rate(0), rate(1800); math.Abs(high/low-g.Ratio) > 1e-9 {
		t.Errorf("highest/lowest rate = %v, want %v", high/low, g.Ratio)
	}
}

// TestFlashFollowsItsRamps counts arrivals of 20 crowds in each stretch: the
// areas of rectangles and trapezia.
func TestFlashFollowsItsRamps(t *testing.T) {
	g := &Flash{Rate: 6, Peak: 40, At: 10 * time.Minute, Rise: time.Minute, Hold: 10 * time.Minute, Fall: 2 * time.Minute, Duration: time.Hour}
	var got [7]float64
	from := []time.Duration{0, 10 * time.Minute, 630 * time.Second, 11 * time.Minute, 21 * time.Minute, 22 * time.Minute, 23 * time.Minute}
	want := []float64{6 * 600, (6 + 23) / 2.0 * 30, (23 + 40) / 2.0 * 30, 40 * 600, (40 + 23) / 2.0 * 60, (23 + 6) / 2.0 * 60, 6 * 37 * 60}
	for seed := range uint64(20) {
		w, src := open(t, g, seed)
		for _, a := range all(t, src) {
			i, _ := slices.BinarySearch(from, a.At+1)
			got[i-1]++
		}
		if expect := w.Rate * w.Span.Seconds(); math.Abs(expect-45_060) > 1e-6 {
			t.Fatalf("expected arrivals = %v, want 45,060", expect)
		}
	}
	for i := range got {
		within(t, fmt.Sprintf("stretch from %v", from[i]), got[i], 20*want[i])
	}
}

// TestFlashMayJump: ramps of length 0, and a peak equal to the rate.
func TestFlashMayJump(t *testing.T) {
	_, src := open(t, &Flash{Rate: 1, Peak: 100, Hold: 100 * time.Second, Duration: 200 * time.Second}, 3)
	c := counts(all(t, src), 100*time.Second, 2)
	within(t, "peak", c[0], 10_000)
	within(t, "after", c[1], 100)
	flat, steady := &Flash{Rate: 5, Peak: 5, At: time.Minute, Rise: time.Minute}, &Poisson{Rate: 5}
	_, a := open(t, flat, 1)
	_, b := open(t, steady, 1)
	x, y := all(t, a), all(t, b)
	if len(x) != len(y) {
		t.Fatalf("flash without a flash has %d arrivals, poisson %d", len(x), len(y))
	}
	for i := range x {
		if d := x[i].At - y[i].At; d < -time.Microsecond || d > time.Microsecond {
			t.Fatalf("arrival %d: flash without a flash at %v, poisson at %v", i, x[i].At, y[i].At)
		}
	}
}

// TestOnOffIsAsBurstyAsDocumented compares the dispersion at several windows
// with the closed form, by the mean and standard error of 40 seeds.
func TestOnOffIsAsBurstyAsDocumented(t *testing.T) {
	g := &OnOff{High: 30, Low: 2, HighFor: 4 * time.Second, LowFor: 8 * time.Second, Duration: 4000 * time.Second}
	windows := []time.Duration{100 * time.Millisecond, time.Second, 10 * time.Second, 60 * time.Second}
	samples := make([][]float64, len(windows)+1)
	for seed := range uint64(40) {
		w, src := open(t, g, seed)
		arrivals := all(t, src)
		samples[len(windows)] = append(samples[len(windows)], float64(len(arrivals))/(w.Rate*w.Span.Seconds()))
		for i, window := range windows {
			n := int(w.Span / window)
			c := counts(arrivals, window, n)
			samples[i] = append(samples[i], secondMoment(c, w.Rate*window.Seconds())/(w.Rate*window.Seconds()))
		}
	}
	for i, x := range samples {
		want := 1.0
		if i < len(windows) {
			want = g.Dispersion(windows[i])
		}
		if mean, se := meanAndError(x); math.Abs(mean-want) > 4*se {
			t.Errorf("window %d: dispersion %v, want %v within %v", i, mean, want, 4*se)
		}
	}
	if d := g.Dispersion(time.Minute); d < 30 {
		t.Errorf("dispersion over a minute = %v: the test is too tame", d)
	}
}

// secondMoment is the mean squared distance from a known mean: no bias.
func secondMoment(x []float64, mean float64) float64 {
	s := 0.0
	for _, v := range x {
		s += (v - mean) * (v - mean)
	}
	return s / float64(len(x))
}

func meanAndError(x []float64) (mean, se float64) {
	for _, v := range x {
		mean += v / float64(len(x))
	}
	return mean, math.Sqrt(secondMoment(x, mean) / float64(len(x)-1))
}

// counts are the numbers of arrivals in each of n windows.
func counts(arrivals []Arrival, window time.Duration, n int) []float64 {
	out := make([]float64, n)
	for _, a := range arrivals {
		if i := int(a.At / window); i < n {
			out[i]++
		}
	}
	return out
}

// dispersion is variance / mean.
func dispersion(x []float64) float64 {
	mean, second := 0.0, 0.0
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		second += (v - mean) * (v - mean) / float64(len(x)-1)
	}
	return second / mean
}

// within fails unless a count is within 5 standard deviations (Poisson) of
// what is expected.
func within(t *testing.T, what string, got, want float64) {
	t.Helper()
	if off := 5 * math.Sqrt(want); math.Abs(got-want) > off {
		t.Errorf("%s: %v arrivals, want %.1f within %.1f", what, got, want, off)
	}
}
