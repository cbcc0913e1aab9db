// Package hedge holds the hedges: when a second copy of a request that has no answer yet is
// sent to another worker. The first answer counts, and the other attempt is cancelled.
//
// Each file is one hedge. To add one, write such a file, add a line to [Specs], and call
// policytest.Hedge in a test.
package hedge

import "cnv/policy"

// Specs is the hedges by name.
var Specs = []policy.Spec{
	{Name: "fixed", Stable: true, New: func() any { return NewFixed() },
		Doc: "a second copy after a fixed time without an answer"},
	{Name: "quantile", Stable: true, New: func() any { return NewQuantile() },
		Doc: "a second copy where an answer takes longer than a share of the others did"},
}
