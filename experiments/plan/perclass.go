package plan

import (
	"errors"
	"fmt"
	"math"
	"strconv"
)

// A PerClass is a number of each class of requests.
//
//	request_cores = 4
//	request_cores = { train = 8, default = 1 }
type PerClass struct {
	Default float64
	ByClass map[string]float64 // may be nil
	given   bool
}

// UnmarshalTOML takes a number, or a table of numbers by class.
func (n *PerClass) UnmarshalTOML(x any) error {
	*n = PerClass{given: true}
	keys, ok := x.(map[string]any)
	if !ok {
		v, err := plainNumber(x)
		n.Default = v
		return err
	}
	n.ByClass = map[string]float64{}
	var errs []error
	for _, class := range sortedNames(keys) {
		v, err := plainNumber(keys[class])
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", class, err))
		}
		if class == "default" {
			n.Default = v
			continue
		}
		n.ByClass[class] = v
	}
	return errors.Join(errs...)
}

// plainNumber is a finite number from 0 on.
func plainNumber(x any) (float64, error) {
	v, ok := x.(float64)
	if i, whole := x.(int64); whole {
		v, ok = float64(i), true
	}
	if !ok {
		return 0, errors.Join(mismatch("a number", x)...)
	}
	if !(v >= 0) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("%v, must be at least 0 and finite", v)
	}
	return v, nil
}

// of is the number of a class.
func (n PerClass) of(class string) float64 {
	if v, ok := n.ByClass[class]; ok {
		return v
	}
	return n.Default
}

// most is the largest number that any class may have.
func (n PerClass) most() float64 {
	most := n.Default
	for _, v := range n.ByClass {
		most = max(most, v)
	}
	return most
}

// String is the numbers as the file may write them; "" if it does not give them.
func (n PerClass) String() string {
	plain := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	if !n.given {
		return ""
	}
	if n.ByClass == nil {
		return plain(n.Default)
	}
	out := ""
	for _, class := range sortedNames(n.ByClass) {
		out += fmt.Sprintf("%s = %s, ", class, plain(n.ByClass[class]))
	}
	return fmt.Sprintf("{ %sdefault = %s }", out, plain(n.Default))
}
