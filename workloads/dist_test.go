package workloads

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"cnv/policy"
)

// laws are one of each kind with its distribution function, written again or
// taken from gonum; nil where it has steps.
var laws = []struct {
	law Law
	cdf func(x float64) float64
}{
	{Exponential{2}, distuv.Exponential{Rate: 0.5}.CDF},
	{Lognormal{25, 0.4}, distuv.LogNormal{Mu: math.Log(25), Sigma: 0.4}.CDF},
	{NewLognormal(3, 2), distuv.LogNormal{Mu: math.Log(3) - math.Log(3)/2, Sigma: math.Sqrt(math.Log(3))}.CDF},
	{Pareto{1.1, 0.5, 50}, paretoCDF(1.1, 0.5, 50)},
	{Pareto{1, 1, 20}, paretoCDF(1, 1, 20)},
	{Pareto{2, 1, 20}, paretoCDF(2, 1, 20)},
	{Uniform{1, 4}, distuv.Uniform{Min: 1, Max: 4}.CDF},
	{Normal{3, 1}, cutNormalCDF(3, 1)},
	{Normal{0, 2}, cutNormalCDF(0, 2)},
	{Weibull{2, 0.7}, distuv.Weibull{K: 0.7, Lambda: 2}.CDF},
	{Gamma{2, 0.25}, distuv.Gamma{Alpha: 4, Beta: 2}.CDF},
	{Gamma{2, 3}, distuv.Gamma{Alpha: 1.0 / 3, Beta: 1.0 / 6}.CDF},
	{TwoPoint{1, 2.09, 0.3}, nil},
	{Empirical{[]float64{0, 0.5, 0.9, 1}, []float64{1, 2, 6, 20}}, nil},
}

func paretoCDF(alpha, lo, hi float64) func(float64) float64 {
	return func(x float64) float64 {
		return (1 - math.Pow(lo/x, alpha)) / (1 - math.Pow(lo/hi, alpha))
	}
}

func cutNormalCDF(mean, sd float64) func(float64) float64 {
	n := distuv.Normal{Mu: mean, Sigma: sd}
	return func(x float64) float64 { return (n.CDF(x) - n.CDF(0)) / (1 - n.CDF(0)) }
}

// draws are n values of a law, drawn per id as the simulator does.
func draws(l Law, n int) []float64 {
	r := policy.NewRand(1, "test", 0)
	out := make([]float64, n)
	for i := range out {
		out[i] = l.Draw(r.At(uint64(i)))
	}
	return out
}

// TestDrawsHaveTheMomentsOfTheirLaw compares with closed forms: the sample mean
// and variance are within 5 of their own standard errors.
func TestDrawsHaveTheMomentsOfTheirLaw(t *testing.T) {
	const n = 200_000
	for _, c := range laws {
		x := draws(c.law, n)
		mean, wantVar := c.law.Mean(), c.law.CV2()*c.law.Mean()*c.law.Mean()
		var sum, second, fourth float64
		for _, v := range x {
			d := v - mean
			sum += d
			second += d * d
			fourth += d * d * d * d
		}
		variance := second / n
		if off, within := sum/n, 5*math.Sqrt(wantVar/n); math.Abs(off) > within {
			t.Errorf("%v: sample mean is %v off %v, want within %v", c.law, off, mean, within)
		}
		if within := 5 * math.Sqrt((fourth/n-variance*variance)/n); math.Abs(variance-wantVar) > within {
			t.Errorf("%v: sample variance %v, want %v within %v", c.law, variance, wantVar, within)
		}
	}
}

// TestDrawsFollowTheDistributionFunction is a Kolmogorov-Smirnov test at a
// level of one in a million.
func TestDrawsFollowTheDistributionFunction(t *testing.T) {
	const n = 50_000
	critical := math.Sqrt(-math.Log(1e-6/2) / 2 / n)
	for _, c := range laws {
		if c.cdf == nil {
			continue
		}
		x := draws(c.law, n)
		slices.Sort(x)
		worst := 0.0
		for i, v := range x {
			p := c.cdf(v)
			worst = max(worst, p-float64(i)/n, float64(i+1)/n-p)
		}
		if worst > critical {
			t.Errorf("%v: Kolmogorov-Smirnov distance %v, want below %v", c.law, worst, critical)
		}
	}
}

func TestEmpiricalDrawsHitTheirQuantiles(t *testing.T) {
	const n = 100_000
	l := Empirical{[]float64{0, 0.5, 0.9, 1}, []float64{1, 2, 6, 20}}
	x := draws(l, n)
	for _, c := range []struct{ value, p float64 }{{1.5, 0.25}, {2, 0.5}, {4, 0.7}, {6, 0.9}, {13, 0.95}, {20, 1}} {
		below := 0
		for _, v := range x {
			if v <= c.value {
				below++
			}
		}
		if got, within := float64(below)/n, 5*math.Sqrt(0.25/n); math.Abs(got-c.p) > within {
			t.Errorf("P(X <= %v) = %v, want %v within %v", c.value, got, c.p, within)
		}
	}
}

func TestDrawDoesNotAllocate(t *testing.T) {
	r := policy.NewRand(1, "test", 0)
	for _, c := range laws {
		d := Dist{Law: c.law}
		if n := testing.AllocsPerRun(1000, func() { d.Draw(r) }); n != 0 {
			t.Errorf("%v: %v allocations a draw, want 0", c.law, n)
		}
	}
}

func TestParetoHasTheMomentsAskedFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		alpha := rapid.Float64Range(0.3, 1.9).Draw(t, "alpha")
		mean := rapid.Float64Range(1e-3, 1e3).Draw(t, "mean")
		spread := rapid.Float64Range(0.01, 100).Draw(t, "cv2")
		l, err := NewPareto(alpha, mean, spread)
		if err != nil {
			t.Skip(err) // beyond the reach of this alpha
		}
		if math.Abs(l.Mean()/mean-1) > 1e-6 || math.Abs(l.CV2()/spread-1) > 1e-6 {
			t.Errorf("%v has mean %v and cv2 %v, want %v and %v", l, l.Mean(), l.CV2(), mean, spread)
		}
		if errs := l.Validate(); errs != nil {
			t.Errorf("%v: %v", l, errs)
		}
	})
}

func TestParetoRefusesWhatItCannotReach(t *testing.T) {
	_, err := NewPareto(3, 1, 2) // at most 1/(3·1)
	if err == nil || !strings.Contains(err.Error(), "reaches at most 0.3333") {
		t.Errorf("error = %v, want the limit 0.3333", err)
	}
}

func TestParseDist(t *testing.T) {
	type table = map[string]any
	for _, c := range []struct {
		in   any
		want Dist
	}{
		{"25s", Dist{K: 25}},
		{int64(3), Dist{K: 3}},
		{0.25, Dist{K: 0.25}},
		{2 * time.Second, Dist{K: 2}},
		{table{"dist": "constant", "value": "90ms"}, Dist{K: 0.09}},
		{table{"dist": "exponential", "mean": "2s"}, Dist{Law: Exponential{2}}},
		{table{"dist": "lognormal", "median": "25s", "sigma": 0.4}, Dist{Law: Lognormal{25, 0.4}}},
		{table{"dist": "lognormal", "mean": 3.0, "cv2": int64(0)}, Dist{Law: Lognormal{3, 0}}},
		{table{"dist": "pareto", "alpha": 1.1, "min": "1s", "max": "1m"}, Dist{Law: Pareto{1.1, 1, 60}}},
		{table{"dist": "uniform", "min": "1s", "max": "1s"}, Dist{Law: Uniform{1, 1}}},
		{table{"dist": "normal", "mean": "1s", "sd": "100ms"}, Dist{Law: Normal{1, 0.1}}},
		{table{"dist": "weibull", "scale": "1s", "shape": 0.5}, Dist{Law: Weibull{1, 0.5}}},
		{table{"dist": "gamma", "mean": "1s", "cv2": 0.5}, Dist{Law: Gamma{1, 0.5}}},
		{table{"dist": "twopoint", "low": 1.0, "high": 2.09, "share": 0.5}, Dist{Law: TwoPoint{1, 2.09, 0.5}}},
		{table{"dist": "empirical", "p": []any{int64(0), int64(1)}, "values": []any{"1s", "2s"}},
			Dist{Law: Empirical{[]float64{0, 1}, []float64{1, 2}}}},
	} {
		got, errs := ParseDist(c.in)
		if errs != nil || got.String() != c.want.String() {
			t.Errorf("ParseDist(%v) = %v, %v, want %v", c.in, got, errs, c.want)
		}
	}
}

// TestParseDistSaysWhatIsWrong covers each way to go wrong; several problems
// come together.
func TestParseDistSaysWhatIsWrong(t *testing.T) {
	type table = map[string]any
	for _, c := range []struct {
		in   any
		want string
	}{
		{nil, `[<nil> is neither a number nor a duration such as "25s"]`},
		{"25", `["25" is neither a number nor a duration such as "25s"]`},
		{"-1s", "[-1s, must be at least 0 and finite]"},
		{math.NaN(), "[NaN, must be at least 0 and finite]"},
		{"87601h", "[87601h, must be at most 87600h0m0s (ten years)]"},
		{1e9, "[1e+09, must be at most 87600h0m0s (ten years)]"},
		{table{"dist": "exponential", "mean": "87601h"}, "[exponential: mean: 87601h, must be at most 87600h0m0s (ten years)]"},
		{table{"mean": 1.0}, "[dist: missing name of the distribution (one of constant, exponential, lognormal, pareto, uniform, normal, weibull, gamma, twopoint, empirical)]"},
		{table{"dist": "lognorm"}, `[dist: unknown distribution "lognorm" (nearest valid name "lognormal")]`},
		{table{"dist": "exponential", "mena": 1.0}, `[exponential: unknown parameter "mena" (nearest valid name "mean") exponential: needs mean]`},
		{table{"dist": "lognormal", "median": 1.0}, "[lognormal: needs median and sigma, or mean and cv2]"},
		{table{"dist": "lognormal", "median": 1.0, "sigma": 1.0, "cv2": 1.0}, "[lognormal: cv2: cannot be combined with median and sigma]"},
		{table{"dist": "lognormal", "median": -1.0, "sigma": math.NaN()}, "[lognormal: median = -1: must be positive and finite lognormal: sigma = NaN: must be at least 0 and finite]"},
		{table{"dist": "lognormal", "median": 1.0, "sigma": 1e9}, "[lognormal: sigma = 1e+09: must make a cv2 of at most 1e+06]"},
		{table{"dist": "lognormal", "median": 1.0, "sigma": 30.0}, "[lognormal: sigma = 30: must make a cv2 of at most 1e+06]"},
		{table{"dist": "lognormal", "median": 1.0, "sigma": -4.0}, "[lognormal: sigma = -4: must be at least 0 and finite]"},
		{table{"dist": "uniform", "min": 2.0, "max": 1.0}, "[uniform: max = 1: must be at least min = 2 and finite]"},
		{table{"dist": "uniform", "min": []any{1.0}, "max": "x"}, `[uniform: min: got [1], want one value uniform: max: "x" is neither a number nor a duration such as "25s"]`},
		{table{"dist": "twopoint", "low": 1.0, "high": 2.0, "share": 1.5}, "[twopoint: share = 1.5: must be within [0, 1]]"},
		{table{"dist": "empirical", "p": []any{0.0, 0.5}, "values": []any{2.0, 1.0}}, "[empirical: p runs from 0 to 0.5: must run from 0 to 1 empirical: values[1] = 1: must be finite and at least values[0] = 2]"},
		{table{"dist": "empirical", "p": []any{}, "values": []any{}}, "[empirical: p has 0 entries and values 0: both need the same number, at least 2]"},
		{table{"dist": "pareto", "alpha": 1.0, "min": 0.0, "max": math.Inf(1)}, "[pareto: min = 0: must be positive and finite pareto: max = +Inf: must be more than min = 0 and finite]"},
	} {
		got, errs := ParseDist(c.in)
		if fmt.Sprint(errs) != c.want || got.Law != nil || got.K != 0 {
			t.Errorf("ParseDist(%v) = %v,\n got %v\nwant %s", c.in, got, errs, c.want)
		}
	}
}

func TestParseDistNeverPanics(t *testing.T) {
	keys := []string{"dist", "value", "mean", "median", "sigma", "cv2", "alpha", "min", "max", "sd", "scale", "shape", "low", "high", "share", "p", "values", "x"}
	value := rapid.OneOf(
		rapid.Map(rapid.Float64(), func(f float64) any { return f }),
		rapid.Map(rapid.SampledFrom(distNames()), func(s string) any { return s }),
		rapid.Map(rapid.SampledFrom([]any{"1s", "", int64(1), true, []any{}, []any{0.0, 1.0}, nil}), func(v any) any { return v }),
	)
	rapid.Check(t, func(t *rapid.T) {
		table := rapid.MapOf(rapid.SampledFrom(keys), value).Draw(t, "table")
		table["dist"] = rapid.SampledFrom(distNames()).Draw(t, "dist")
		d, errs := ParseDist(table)
		if errs == nil && (math.IsNaN(d.Mean()) || d.Draw(policy.NewRand(1, "x", 0)) < 0) {
			t.Errorf("%v parsed as %v, mean %v", table, d, d.Mean())
		}
	})
}

func BenchmarkDraw(b *testing.B) {
	for _, c := range laws {
		b.Run(fmt.Sprint(c.law), func(b *testing.B) {
			d, r := Dist{Law: c.law}, policy.NewRand(1, "bench", 0)
			for i := 0; b.Loop(); i++ {
				d.Draw(r.At(uint64(i)))
			}
		})
	}
}

// TestScaled: every draw, the mean and the median are multiplied, the coefficient of
// variation stays.
func TestScaled(t *testing.T) {
	for _, d := range []Dist{Constant(2), {Law: Lognormal{Median: 2, Sigma: 0.3}}, {Law: Uniform{1, 5}}, {Law: Empirical{P: []float64{0, 0.5, 1}, Values: []float64{1, 2, 9}}}} {
		s := d.Times(3)
		a, b := d.Draw(policy.NewRand(1, "x", 0)), s.Draw(policy.NewRand(1, "x", 0))
		if b != 3*a || s.Mean() != 3*d.Mean() || s.Median() != 3*d.Median() || s.CV2() != d.CV2() || s.Validate() != nil {
			t.Errorf("%v: %v of %v, mean %v of %v, median %v of %v", s, b, a, s.Mean(), d.Mean(), s.Median(), d.Median())
		}
	}
	if m := (Dist{Law: Empirical{P: []float64{0, 0.5, 1}, Values: []float64{1, 2, 9}}}).Median(); m != 2 {
		t.Errorf("median %v, want 2", m)
	}
}

// TestCV2IsBounded: a spread of which no run could show the mean is refused by key.
func TestCV2IsBounded(t *testing.T) {
	for _, law := range []string{"lognormal", "pareto"} {
		if _, err := NewSize(law, time.Second, 1e308, 0); err == nil || !strings.Contains(err.Error(), "cv2 = 1e+308") {
			t.Errorf("%s: %v", law, err)
		}
	}
	for _, dist := range []string{"lognormal", "gamma"} {
		if _, errs := ParseDist(map[string]any{"dist": dist, "mean": 1.0, "cv2": 1e308}); errs == nil {
			t.Errorf("%s with cv2 = 1e308 is accepted", dist)
		}
	}
}
