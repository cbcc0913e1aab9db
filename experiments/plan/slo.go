package plan

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// An SLO is the response time allowed, in all or by class.
//
//	slo = "2s"
//	slo = "5x"    # five times the service time on an idle worker of the first pool
//	slo = { raytracer = "3s", default = "5x" }
type SLO struct {
	Default Bound
	ByClass map[string]Bound // may be nil
}

// A Bound is a response time, absolute or as a multiple of the idle service
// time. The zero value is no bound.
type Bound struct {
	Time   time.Duration
	Factor float64
}

// UnmarshalTOML takes a bound, or a table of bounds by class.
func (s *SLO) UnmarshalTOML(x any) error {
	keys, ok := x.(map[string]any)
	if !ok {
		b, err := parseBound(x)
		*s = SLO{Default: b}
		return err
	}
	*s = SLO{Default: Bound{Factor: defaultFactor}, ByClass: map[string]Bound{}}
	var errs []error
	for _, class := range sortedNames(keys) {
		b, err := parseBound(keys[class])
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", class, err))
		}
		if class == "default" {
			s.Default = b
			continue
		}
		s.ByClass[class] = b
	}
	return errors.Join(errs...)
}

// defaultFactor is the SLO of files that give none: five times the idle
// service time.
const defaultFactor = 5

// maxFactor keeps bounds within what durations can say.
const maxFactor = 1_000_000

// parseBound reads "2s" or "5x".
func parseBound(x any) (Bound, error) {
	const want = `a response time such as "2s" or a multiple of the idle service time such as "5x"`
	s, ok := x.(string)
	if !ok {
		return Bound{}, errors.Join(mismatch(want, x)...)
	}
	if number, isFactor := strings.CutSuffix(s, "x"); isFactor {
		f, err := strconv.ParseFloat(number, 64)
		if err != nil || !(f >= 1) || math.IsInf(f, 0) {
			return Bound{}, fmt.Errorf("%q: want a multiple of at least 1, such as \"5x\"", s)
		}
		if f > maxFactor {
			return Bound{}, fmt.Errorf("%q, must be at most %vx", s, maxFactor)
		}
		return Bound{Factor: f}, nil
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		return Bound{}, errors.Join(mismatch(want, x)...)
	}
	if d <= 0 || d > maxDuration {
		return Bound{}, fmt.Errorf("%q: must be positive, and at most ten years", s)
	}
	return Bound{Time: d}, nil
}

// of is the bound of a class.
func (s SLO) of(class string) Bound {
	if b, ok := s.ByClass[class]; ok {
		return b
	}
	return s.Default
}

// String is the SLO as the file may write it.
func (s SLO) String() string {
	if s.ByClass == nil {
		return s.Default.String()
	}
	out := ""
	for _, class := range sortedNames(s.ByClass) {
		out += fmt.Sprintf("%s = %q, ", class, s.ByClass[class])
	}
	return fmt.Sprintf("{ %sdefault = %q }", out, s.Default)
}

// String is "2s" or "5x".
func (b Bound) String() string {
	if b.Factor > 0 {
		return strconv.FormatFloat(b.Factor, 'g', -1, 64) + "x"
	}
	return b.Time.String()
}

// sortedNames is the keys of a map in order.
func sortedNames[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// SLO is the bound on response times as the file writes it, if it is the same
// in all environments.
func (p *Plan) SLO() (string, bool) {
	slo := ""
	for _, s := range p.Scenarios {
		if here := s.Env.top.SLO.String(); slo == "" {
			slo = here
		} else if here != slo {
			return "", false
		}
	}
	return slo, slo != ""
}
