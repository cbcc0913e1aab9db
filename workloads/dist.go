package workloads

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"cnv/policy"
)

// A Dist is the distribution of a quantity that is never negative: a delay in
// seconds, an amount of work in CPU-seconds, or a plain factor. The zero value
// is the constant 0.
//
// Experiment files write it as a bare value or as an inline table; see
// [ParseDist]:
//
//	network = "1ms"
//	network = { dist = "lognormal", median = "1ms", sigma = 0.4 }
type Dist struct {
	K   float64 // the constant, where Law is nil
	Law Law     // nil: the constant K
}

// A Law is a family of distributions with its parameters, which are its
// exported fields.
type Law interface {
	// Draw draws one value without allocating. How many random numbers it
	// takes from r may vary.
	Draw(r *policy.Rand) float64
	// Mean is the expected value of Draw.
	Mean() float64
	// CV2 is the squared coefficient of variation, variance / mean²; 0 where
	// the mean is 0.
	CV2() float64
	// Validate returns one error per unusable parameter, which it names.
	Validate() []error
}

// Constant is the distribution of a value that does not vary.
func Constant(v float64) Dist { return Dist{K: v} }

// Lasting is the distribution of a delay that does not vary, in seconds.
func Lasting(d time.Duration) Dist { return Dist{K: d.Seconds()} }

// Draw draws one value. It does not allocate, and a constant leaves r alone.
func (d Dist) Draw(r *policy.Rand) float64 {
	if d.Law == nil {
		return d.K
	}
	return d.Law.Draw(r)
}

// Mean is the expected value.
func (d Dist) Mean() float64 {
	if d.Law == nil {
		return d.K
	}
	return d.Law.Mean()
}

// CV2 is the squared coefficient of variation, variance / mean²; 0 where the
// mean is 0. An exponential distribution has 1.
func (d Dist) CV2() float64 {
	if d.Law == nil {
		return 0
	}
	return d.Law.CV2()
}

// Validate returns one error per unusable parameter, which it names.
func (d Dist) Validate() []error {
	if d.Law == nil {
		return atLeast("value", d.K, 0)
	}
	return d.Law.Validate()
}

// String is the distribution as an experiment file would write it, with plain
// numbers: "25", or "lognormal(median=25 sigma=0.4)".
func (d Dist) String() string {
	if d.Law == nil {
		return strconv.FormatFloat(d.K, 'g', -1, 64)
	}
	return fmt.Sprint(d.Law)
}

// UnmarshalTOML sets d from a decoded value, so that a TOML library can fill
// fields of this type. It returns all problems joined.
func (d *Dist) UnmarshalTOML(v any) error {
	parsed, errs := ParseDist(v)
	if errs != nil {
		return errors.Join(errs...)
	}
	*d = parsed
	return nil
}

// maxDuration is the longest Duration, 292 years.
const maxDuration time.Duration = math.MaxInt64

// seconds turns a drawn number of seconds into a Duration, rounded to the
// nearest nanosecond, at most maxDuration.
func seconds(s float64) time.Duration {
	if s >= math.MaxInt64/1e9 {
		return maxDuration
	}
	return time.Duration(math.Round(s * 1e9))
}

// positive refuses a parameter that is not a finite number above 0.
func positive(name string, v float64) []error {
	if v > 0 && !math.IsInf(v, 0) {
		return nil
	}
	return []error{fmt.Errorf("%s = %v: must be positive and finite", name, v)}
}

// MostCV2 bounds a squared coefficient of variation. Beyond it no run shows what is
// asked for: nearly all of the mean is in values that are drawn once in millions.
const MostCV2 = 1e6

// spreadOf refuses a squared coefficient of variation that is not from above 0 to MostCV2.
func spreadOf(cv2 float64) []error {
	if cv2 > 0 && cv2 <= MostCV2 {
		return nil
	}
	return []error{fmt.Errorf("cv2 = %v: must be positive and at most %g", cv2, MostCV2)}
}

// atLeast refuses a parameter that is not a finite number from least on.
func atLeast(name string, v, least float64) []error {
	if v >= least && !math.IsInf(v, 0) {
		return nil
	}
	return []error{fmt.Errorf("%s = %v: must be at least %v and finite", name, v, least)}
}

// fraction refuses a parameter that is not a probability.
func fraction(name string, v float64) []error {
	if v >= 0 && v <= 1 {
		return nil
	}
	return []error{fmt.Errorf("%s = %v: must be within [0, 1]", name, v)}
}
