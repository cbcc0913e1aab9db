package order

import (
	"fmt"

	"cnv/policy"
)

// Specs is the orders by name.
var Specs = []policy.Spec{
	{Name: "sjf", Stable: true, New: func() any { return &SJF{Ageing: 0.1} },
		Doc: "shortest predicted work first, with ageing"},
	{Name: "edf", Stable: true, New: func() any { return &EDF{} },
		Doc: "earliest deadline first, by the SLO of the class"},
	{Name: "priority", Stable: true, New: func() any { return &Priority{} },
		Doc: "one class before another, first come, first served in each"},
	{Name: "lifo", Stable: true, New: func() any { return NewLIFO() },
		Doc: "last come, first served while a line lasts; first come, first served otherwise"},
}

// atLeast0 refuses a parameter that is negative or no number.
func atLeast0(key string, v float64) error {
	if !(v >= 0 && v <= 1e9) {
		return fmt.Errorf("%s = %v, must be in [0, 1e9]", key, v)
	}
	return nil
}
