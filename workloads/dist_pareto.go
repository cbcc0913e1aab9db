package workloads

import (
	"fmt"
	"math"
	"slices"

	"cnv/policy"
)

// Pareto is the bounded Pareto distribution, whose density falls like
// x^(-Alpha-1) between Min and Max: the law of heavy-tailed work
// (Harchol-Balter 2013, Performance Modeling and Design of Computer Systems,
// section 20.3).
type Pareto struct {
	Alpha    float64 // tail index, > 0; the smaller, the heavier
	Min, Max float64 // 0 < Min < Max
}

// Draw inverts the distribution function.
func (l Pareto) Draw(r *policy.Rand) float64 {
	cut := 1 - math.Exp(-l.Alpha*math.Log(l.Max/l.Min))
	return l.Min * math.Exp(-math.Log(1-r.Float64()*cut)/l.Alpha)
}

// moment is E[X^k] for k >= 1.
func (l Pareto) moment(k float64) float64 {
	ratio := math.Log(l.Max / l.Min)
	scale := l.Alpha * math.Pow(l.Min, k) / -math.Expm1(-l.Alpha*ratio)
	d := k - l.Alpha
	if math.Abs(d*ratio) < 1e-9 {
		return scale * ratio
	}
	return scale * math.Expm1(d*ratio) / d
}

func (l Pareto) Mean() float64 { return l.moment(1) }

func (l Pareto) CV2() float64 {
	m := l.moment(1)
	return l.moment(2)/(m*m) - 1
}

func (l Pareto) Validate() []error {
	errs := slices.Concat(positive("alpha", l.Alpha), positive("min", l.Min))
	if !(l.Max > l.Min) || math.IsInf(l.Max, 0) {
		errs = append(errs, fmt.Errorf("max = %v: must be more than min = %v and finite", l.Max, l.Min))
	}
	return errs
}

func (l Pareto) String() string {
	return fmt.Sprintf("pareto(alpha=%v min=%v max=%v)", l.Alpha, l.Min, l.Max)
}

// widest bounds Max/Min of a solved Pareto: beyond it float64 moments lose
// more than they tell.
const widest = 1e12

// NewPareto is the bounded Pareto distribution with a tail index, a mean and a
// squared coefficient of variation. CV2 does not depend on the scale and grows
// with Max/Min, so Max/Min is found by bisection of its logarithm and Min by
// scaling. It fails where no Max/Min up to 1e12 gives the cv2: for alpha > 2
// the limit is 1/(alpha·(alpha−2)).
func NewPareto(alpha, mean, cv2 float64) (Pareto, error) {
	if errs := slices.Concat(positive("alpha", alpha), positive("mean", mean), positive("cv2", cv2)); errs != nil {
		return Pareto{}, errs[0]
	}
	lo, hi := 0.0, math.Log(widest)
	spread := func(logRatio float64) float64 {
		return Pareto{Alpha: alpha, Min: 1, Max: math.Exp(logRatio)}.CV2()
	}
	if most := spread(hi); most < cv2 {
		return Pareto{}, fmt.Errorf("cv2 = %v: a bounded Pareto with alpha = %v reaches at most %.4g; use a smaller alpha", cv2, alpha, most)
	}
	for range 200 {
		mid := (lo + hi) / 2
		if spread(mid) < cv2 {
			lo = mid
		} else {
			hi = mid
		}
	}
	unit := Pareto{Alpha: alpha, Min: 1, Max: math.Exp(hi)}
	scale := mean / unit.Mean()
	return Pareto{Alpha: alpha, Min: scale, Max: scale * unit.Max}, nil
}
