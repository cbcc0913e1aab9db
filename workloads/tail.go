package workloads

import "math"

// A tailed law is unbounded, or has a bound that few runs reach: so its draws may not show
// how large they can be.
type tailed interface {
	// tail is the square of the second moment over the fourth.
	tail() float64
}

func (l Exponential) tail() float64 { return 1. / 6 }
func (l Lognormal) tail() float64   { return math.Exp(-4 * l.Sigma * l.Sigma) }
func (l Pareto) tail() float64      { return l.moment(2) * l.moment(2) / l.moment(4) }

func (l Weibull) tail() float64 {
	two := math.Gamma(1 + 2/l.Shape)
	return two * two / math.Gamma(1+4/l.Shape)
}

func (l Gamma) tail() float64 {
	k := 1 / l.Spread
	return k * (k + 1) / ((k + 2) * (k + 3))
}

func (l Scaled) tail() float64 {
	if of, ok := l.Of.(tailed); ok {
		return of.tail()
	}
	return 0
}

// tailOf is that of the work of a mix; 0 where it is not of one law, or of a law whose
// values are few.
func tailOf(m Mix) float64 {
	if one, ok := m.(single); ok {
		if law, ok := one.size.Law.(tailed); ok {
			return law.tail()
		}
	}
	return 0
}
