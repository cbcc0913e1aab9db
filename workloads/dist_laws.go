package workloads

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/stat/distuv"

	"cnv/policy"
)

// Exponential is memoryless: CV2 is 1.
type Exponential struct {
	Of float64 // the mean, > 0
}

// Draw uses the ziggurat of math/rand/v2.
func (l Exponential) Draw(r *policy.Rand) float64 { return l.Of * r.ExpFloat64() }

func (l Exponential) Mean() float64     { return l.Of }
func (l Exponential) CV2() float64      { return 1 }
func (l Exponential) Validate() []error { return positive("mean", l.Of) }
func (l Exponential) String() string    { return fmt.Sprintf("exponential(mean=%v)", l.Of) }

// Lognormal is Median · exp(Sigma · Z) with Z standard normal.
type Lognormal struct {
	Median float64 // > 0
	Sigma  float64 // standard deviation of the logarithm, >= 0
}

// NewLognormal is the lognormal distribution with a mean > 0 and a squared
// coefficient of variation >= 0: sigma² = ln(1 + cv2), median = mean / sqrt(1 + cv2).
func NewLognormal(mean, cv2 float64) Lognormal {
	return Lognormal{Median: mean / math.Sqrt(1+cv2), Sigma: math.Sqrt(math.Log1p(cv2))}
}

func (l Lognormal) Draw(r *policy.Rand) float64 { return l.Median * math.Exp(l.Sigma*r.NormFloat64()) }
func (l Lognormal) Mean() float64               { return l.Median * math.Exp(l.Sigma*l.Sigma/2) }
func (l Lognormal) CV2() float64                { return math.Expm1(l.Sigma * l.Sigma) }

func (l Lognormal) Validate() []error {
	errs := slices.Concat(positive("median", l.Median), atLeast("sigma", l.Sigma, 0))
	if len(errs) == 0 && l.CV2() > MostCV2*(1+1e-9) {
		errs = append(errs, fmt.Errorf("sigma = %v: must make a cv2 of at most %g", l.Sigma, MostCV2))
	}
	return errs
}

func (l Lognormal) String() string {
	return fmt.Sprintf("lognormal(median=%v sigma=%v)", l.Median, l.Sigma)
}

// Uniform is flat between Min and Max.
type Uniform struct {
	Min, Max float64 // 0 <= Min <= Max
}

func (l Uniform) Draw(r *policy.Rand) float64 { return l.Min + (l.Max-l.Min)*r.Float64() }
func (l Uniform) Mean() float64               { return (l.Min + l.Max) / 2 }
func (l Uniform) CV2() float64                { return cv2(l.Mean(), (l.Max-l.Min)*(l.Max-l.Min)/12) }
func (l Uniform) Validate() []error           { return ordered(l.Min, l.Max, atLeast("min", l.Min, 0)) }
func (l Uniform) String() string              { return fmt.Sprintf("uniform(min=%v max=%v)", l.Min, l.Max) }

// Normal is the normal distribution cut off at 0: negative values are drawn
// again. Centre and SD are those before the cut, so the mean is a little more
// than Centre; at SD = Centre/3 by 0.15 %.
type Normal struct {
	Centre float64 // mean before the cut, >= 0
	SD     float64 // standard deviation before the cut, > 0
}

// Draw takes at most two tries on average, as Centre >= 0.
func (l Normal) Draw(r *policy.Rand) float64 {
	for {
		if x := l.Centre + l.SD*r.NormFloat64(); x >= 0 {
			return x
		}
	}
}

// Mean is Centre + SD·λ with λ = φ(a)/Φ(a), a = Centre/SD (Johnson, Kotz,
// Balakrishnan 1994, Continuous Univariate Distributions 1, section 13.10.1).
func (l Normal) Mean() float64 { return l.Centre + l.SD*l.hazard() }

// CV2 follows from the variance SD²·(1 − aλ − λ²) of the same source.
func (l Normal) CV2() float64 {
	a, h := l.Centre/l.SD, l.hazard()
	return cv2(l.Mean(), l.SD*l.SD*(1-a*h-h*h))
}

func (l Normal) hazard() float64 {
	a := l.Centre / l.SD
	return distuv.UnitNormal.Prob(a) / distuv.UnitNormal.CDF(a)
}

func (l Normal) Validate() []error {
	return slices.Concat(atLeast("mean", l.Centre, 0), positive("sd", l.SD))
}

func (l Normal) String() string { return fmt.Sprintf("normal(mean=%v sd=%v)", l.Centre, l.SD) }

// Weibull has a tail heavier than exponential where Shape < 1, lighter where
// Shape > 1.
type Weibull struct {
	Scale float64 // > 0
	Shape float64 // > 0
}

// Draw is Scale · E^(1/Shape) with E standard exponential.
func (l Weibull) Draw(r *policy.Rand) float64 {
	return l.Scale * math.Pow(r.ExpFloat64(), 1/l.Shape)
}

func (l Weibull) Mean() float64 { return l.Scale * math.Gamma(1+1/l.Shape) }

func (l Weibull) CV2() float64 {
	g := math.Gamma(1 + 1/l.Shape)
	return math.Gamma(1+2/l.Shape)/(g*g) - 1
}

// Validate also refuses shapes below 0.05, whose second moment is beyond the
// range of a float64.
func (l Weibull) Validate() []error {
	return slices.Concat(positive("scale", l.Scale), atLeast("shape", l.Shape, 0.05))
}

func (l Weibull) String() string { return fmt.Sprintf("weibull(scale=%v shape=%v)", l.Scale, l.Shape) }

// Gamma is the gamma distribution; with Spread = 1/k it is Erlang-k, the sum of
// k exponential stages.
type Gamma struct {
	Of     float64 // the mean, > 0
	Spread float64 // the squared coefficient of variation, > 0
}

// Draw follows gonum's choice of algorithm by shape (1/Spread).
func (l Gamma) Draw(r *policy.Rand) float64 {
	return distuv.Gamma{Alpha: 1 / l.Spread, Beta: 1 / (l.Of * l.Spread), Src: r}.Rand()
}

func (l Gamma) Mean() float64 { return l.Of }
func (l Gamma) CV2() float64  { return l.Spread }

func (l Gamma) Validate() []error {
	return slices.Concat(positive("mean", l.Of), spreadOf(l.Spread))
}

func (l Gamma) String() string { return fmt.Sprintf("gamma(mean=%v cv2=%v)", l.Of, l.Spread) }

// TwoPoint is High with probability Share and Low otherwise: hardware of two
// generations behind one instance type.
type TwoPoint struct {
	Low, High float64 // 0 <= Low <= High
	Share     float64 // probability of High, [0, 1]
}

func (l TwoPoint) Draw(r *policy.Rand) float64 {
	if r.Float64() < l.Share {
		return l.High
	}
	return l.Low
}

func (l TwoPoint) Mean() float64 { return l.Low + (l.High-l.Low)*l.Share }

func (l TwoPoint) CV2() float64 {
	d := l.High - l.Low
	return cv2(l.Mean(), d*d*l.Share*(1-l.Share))
}

func (l TwoPoint) Validate() []error {
	errs := slices.Concat(atLeast("low", l.Low, 0), fraction("share", l.Share))
	if !(l.High >= l.Low) || math.IsInf(l.High, 0) {
		errs = append(errs, fmt.Errorf("high = %v: must be at least low = %v and finite", l.High, l.Low))
	}
	return errs
}

func (l TwoPoint) String() string {
	return fmt.Sprintf("twopoint(low=%v high=%v share=%v)", l.Low, l.High, l.Share)
}

// Empirical is a table of quantiles, linear between them: Values[i] is not
// exceeded with probability P[i].
type Empirical struct {
	P      []float64 // from 0 to 1, increasing
	Values []float64 // >= 0, not decreasing; as many as P
}

// Draw inverts the distribution function in O(log n).
func (l Empirical) Draw(r *policy.Rand) float64 {
	u := r.Float64()
	i := sort.SearchFloat64s(l.P, u)
	if i == 0 {
		return l.Values[0]
	}
	part := (u - l.P[i-1]) / (l.P[i] - l.P[i-1])
	return l.Values[i-1] + part*(l.Values[i]-l.Values[i-1])
}

func (l Empirical) Mean() float64 {
	m := 0.0
	for i := 1; i < len(l.P); i++ {
		m += (l.P[i] - l.P[i-1]) * (l.Values[i-1] + l.Values[i]) / 2
	}
	return m
}

// CV2 sums the second moment (a² + ab + b²)/3 of each piece.
func (l Empirical) CV2() float64 {
	m, second := l.Mean(), 0.0
	for i := 1; i < len(l.P); i++ {
		a, b := l.Values[i-1], l.Values[i]
		second += (l.P[i] - l.P[i-1]) * (a*a + a*b + b*b) / 3
	}
	return cv2(m, max(second-m*m, 0))
}

func (l Empirical) Validate() []error {
	n := len(l.P)
	if n < 2 || n != len(l.Values) {
		return []error{fmt.Errorf("p has %d entries and values %d: both need the same number, at least 2", n, len(l.Values))}
	}
	var errs []error
	if l.P[0] != 0 || l.P[n-1] != 1 {
		errs = append(errs, fmt.Errorf("p runs from %v to %v: must run from 0 to 1", l.P[0], l.P[n-1]))
	}
	errs = append(errs, atLeast("values[0]", l.Values[0], 0)...)
	for i := 1; i < n; i++ {
		if !(l.P[i] > l.P[i-1]) {
			errs = append(errs, fmt.Errorf("p[%d] = %v: must be more than p[%d] = %v", i, l.P[i], i-1, l.P[i-1]))
		}
		if !(l.Values[i] >= l.Values[i-1]) || math.IsInf(l.Values[i], 0) {
			errs = append(errs, fmt.Errorf("values[%d] = %v: must be finite and at least values[%d] = %v", i, l.Values[i], i-1, l.Values[i-1]))
		}
	}
	return errs
}

func (l Empirical) String() string { return fmt.Sprintf("empirical(p=%v values=%v)", l.P, l.Values) }

// cv2 is variance / mean², 0 for a mean of 0.
func cv2(mean, variance float64) float64 {
	if mean == 0 {
		return 0
	}
	return variance / (mean * mean)
}

// ordered adds what is wrong with a pair min <= max.
func ordered(lo, hi float64, errs []error) []error {
	if !(hi >= lo) || math.IsInf(hi, 0) {
		errs = append(errs, fmt.Errorf("max = %v: must be at least min = %v and finite", hi, lo))
	}
	return errs
}
