package workloads

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"cnv/policy"
	"cnv/policy/nearest"
)

// A Size draws the work of requests, CPU-seconds on the reference vCPU.
type Size interface {
	Draw(r *policy.Rand) float64
	Mean() float64
}

// DefaultAlpha is the tail index of Pareto sizes: 1.1 fits the CPU lifetimes
// of Unix processes (Harchol-Balter, Downey 1997, doi:10.1145/263326.263344,
// find about 1) and leaves the mean finite without the bound.
const DefaultAlpha = 1.1

// sizeLaws are the names that [NewSize] knows.
var sizeLaws = []string{"constant", "exponential", "lognormal", "pareto"}

// NewSize is a distribution of work by name, mean (> 0) and squared
// coefficient of variation:
//
//   - constant and exponential have their own (0 and 1), so cv2 must be 0
//     (not given) or that;
//   - lognormal takes any cv2 > 0, up to [MostCV2];
//   - pareto is bounded, with the tail index alpha (0: [DefaultAlpha]) and the
//     bounds that give mean and cv2; see [NewPareto].
//
// The error names every unusable parameter by its key in an experiment file.
func NewSize(law string, mean time.Duration, cv2, alpha float64) (Dist, error) {
	var errs []error
	if mean <= 0 {
		errs = append(errs, fmt.Errorf("mean_work = %v: must be positive", mean))
	}
	if alpha != 0 && law != "pareto" {
		errs = append(errs, fmt.Errorf("alpha = %v: only for size = \"pareto\"", alpha))
	}
	switch law {
	case "constant", "exponential":
		fixed := map[string]float64{"constant": 0, "exponential": 1}[law]
		if cv2 != 0 && cv2 != fixed {
			errs = append(errs, fmt.Errorf("cv2 = %v: size = %q has cv2 = %v; use \"lognormal\" or \"pareto\"", cv2, law, fixed))
		}
	case "lognormal", "pareto":
		errs = append(errs, spreadOf(cv2)...)
	default:
		errs = append(errs, fmt.Errorf("size: unknown law %q (one of %s; nearest valid name %q)",
			law, strings.Join(sizeLaws, ", "), nearest.Names(law, sizeLaws, 1)[0]))
	}
	if errs != nil {
		return Dist{}, errors.Join(errs...)
	}
	switch law {
	case "constant":
		return Lasting(mean), nil
	case "exponential":
		return Dist{Law: Exponential{mean.Seconds()}}, nil
	case "lognormal":
		return Dist{Law: NewLognormal(mean.Seconds(), cv2)}, nil
	}
	if alpha == 0 {
		alpha = DefaultAlpha
	}
	l, err := NewPareto(alpha, mean.Seconds(), cv2)
	return Dist{Law: l}, err
}

// SizeLaws are the names of the distributions of work, for manuals.
func SizeLaws() []string { return slices.Clone(sizeLaws) }
