package stat

import "math"

// A Linear is a value and what each replication contributes to it.
type Linear struct {
	Value float64
	// At is one number per replication; nil where nothing can be told of how
	// sure Value is. Invariant: their mean is Value, to rounding, and if they are
	// equal they are Value.
	At []float64
}

// Apart is a - b, and 0 where the two are equal up to rounding: sums of the same numbers
// in another order are no different.
func Apart(a, b float64) float64 {
	d := a - b
	if near := rounding * max(math.Abs(a), math.Abs(b)); math.Abs(d) <= near && !math.IsInf(near, 0) {
		return 0
	}
	return d
}

// None is no value.
func None() Linear { return Linear{Value: math.NaN()} }

// Mean is the mean of one value per replication: infinite if any is, without
// contributions.
func Mean(xs []float64) Linear {
	if len(xs) == 0 {
		return None()
	}
	m := MeanOf(xs)
	if !finite(m) {
		return Linear{Value: m}
	}
	return Linear{m, xs}
}

// MeanOf is the mean; infinite if any value is, NaN if any is or if they are
// infinite both ways. Of equal values it is that value, without a rounding error.
func MeanOf(xs []float64) float64 {
	first, sum := xs[0], 0.0
	if math.IsInf(first, 0) {
		first = 0
	}
	for _, x := range xs {
		sum += x - first // exact where all are equal
	}
	return first + sum/float64(len(xs))
}

// Jackknife linearises a function of sums over n replications: without(i) is its
// value if replication i is left out, whole its value on all. The contributions
// are the pseudo-values of Quenouille and Tukey, moved so that their mean is the
// whole (Miller 1974, doi:10.1093/biomet/61.1.1; for ratios of simulated sums
// Iglehart 1975, doi:10.1002/nav.3800220311). own(i) is the value of replication i
// alone: where all are equal, so is the whole, without a rounding error.
func Jackknife(n int, whole float64, without, own func(i int) float64) Linear {
	if n == 0 || !finite(whole) {
		return Linear{Value: whole}
	}
	equal := true
	at := make([]float64, n)
	for i := range at {
		at[i] = own(i)
		equal = equal && at[i] == at[0]
	}
	if equal {
		return Linear{at[0], at}
	}
	if n == 1 {
		return Linear{whole, []float64{whole}}
	}
	mean := 0.0
	for i := range at {
		at[i] = float64(n-1) * (whole - without(i))
		if !finite(at[i]) {
			return Linear{Value: whole}
		}
		mean += at[i] / float64(n)
	}
	for i := range at {
		at[i] += whole - mean
	}
	return Linear{whole, at}
}

// rounding is how far apart, relative to the values, differences may be that are
// equal but for rounding.
const rounding = 1e-12

// Minus is the difference of two estimators over the same replications. Two
// infinite values have none. What varies by rounding alone does not vary.
func (a Linear) Minus(b Linear) Linear {
	out := Linear{Value: Apart(a.Value, b.Value)}
	if len(a.At) == 0 || len(a.At) != len(b.At) {
		return out
	}
	out.At = make([]float64, len(a.At))
	least, most := math.Inf(1), math.Inf(-1)
	for i := range out.At {
		out.At[i] = a.At[i] - b.At[i]
		least, most = min(least, out.At[i]), max(most, out.At[i])
	}
	if near := rounding * max(math.Abs(a.Value), math.Abs(b.Value)); most-least <= near {
		for i := range out.At {
			out.At[i] = out.Value
		}
	}
	return out
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
