package stat

import "math"

// Skewness is the third cumulant of xs over the power 3/2 of their variance, both
// without bias; 0 of fewer than three values, or of equal ones.
func Skewness(xs []float64) float64 {
	n := float64(len(xs))
	if n < 3 {
		return 0
	}
	mean, two, three := MeanOf(xs), 0.0, 0.0
	for _, x := range xs {
		d := x - mean
		two, three = two+d*d, three+d*d*d
	}
	variance := two / (n - 1)
	if variance == 0 {
		return 0
	}
	return n / ((n - 1) * (n - 2)) * three / math.Pow(variance, 1.5)
}

// Slant is what Skewed needs of a mean of xs: their skewness over 6√n.
func Slant(xs []float64) float64 { return Skewness(xs) / 6 / math.Sqrt(float64(len(xs))) }

// Skewed is the quantile of the t statistic of a mean whose values are skewed, where t
// is Student's: Willink's inversion (2005, Communications in Statistics 34, 753) of
// Johnson's expansion (1978, Journal of the American Statistical Association 73, 536).
// It is t where slant is 0. The interval of a mean m of standard error s is m - Skewed(t, slant)·s to
// m - Skewed(-t, slant)·s: longer where the long tail is.
func Skewed(t, slant float64) float64 {
	if math.Abs(slant) < 1e-9 {
		return t
	}
	return (math.Cbrt(1+6*slant*(t-slant)) - 1) / (2 * slant)
}
