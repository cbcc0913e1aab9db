// Package order holds the orders of the requests that wait at the gateway: which is next
// when a place comes free. They do nothing about requests in the lines of workers, where it
// is first come, first served: give gateway_queue = true.
//
// Each file is one order. To add one, write such a file, add a line to [Specs], and call
// policytest.Order in a test.
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
