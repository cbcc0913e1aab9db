package workloads

import (
	"errors"
	"fmt"
	"time"
)

// A SizeKey is the key size of an experiment file: the name of a law that
// mean_work, cv2 and alpha complete, or a distribution that says all.
//
//	size = "lognormal"
//	size = { dist = "empirical", samples = "times.csv" }
type SizeKey struct {
	Name string // "" it is a distribution, or not given
	Dist *Dist
}

// UnmarshalTOML takes a name or a table.
func (k *SizeKey) UnmarshalTOML(v any) error {
	switch v := v.(type) {
	case string:
		*k = SizeKey{Name: v}
		return nil
	case map[string]any:
		d, errs := ParseDist(v)
		if errs == nil && !(d.Mean() > 0) {
			errs = []error{fmt.Errorf("the mean of %v must be positive", d)}
		}
		*k = SizeKey{Dist: &d}
		return errors.Join(errs...)
	}
	return fmt.Errorf(`%v, want the name of a law, such as "lognormal", or { dist = ... }`, v)
}

// Given says whether there is one.
func (k SizeKey) Given() bool { return k.Name != "" || k.Dist != nil }

// String is the name, or the distribution; "" if there is none.
func (k SizeKey) String() string {
	if k.Dist != nil {
		return k.Dist.String()
	}
	return k.Name
}

// Law is the distribution of work, with the keys beside it.
func (k SizeKey) Law(mean time.Duration, cv2, alpha float64) (Dist, error) {
	if k.Dist == nil {
		return NewSize(k.Name, mean, cv2, alpha)
	}
	var errs []error
	for _, beside := range []struct {
		key string
		set bool
	}{{"mean_work", mean != 0}, {"cv2", cv2 != 0}, {"alpha", alpha != 0}} {
		if beside.set {
			errs = append(errs, fmt.Errorf("%s: cannot be combined with size = { dist = ... }", beside.key))
		}
	}
	return *k.Dist, errors.Join(errs...)
}
