package hedge

import "cnv/policy"

// Specs is the hedges by name.
var Specs = []policy.Spec{
	{Name: "fixed", Stable: true, New: func() any { return NewFixed() },
		Doc: "a second copy after a fixed time without an answer"},
	{Name: "quantile", Stable: true, New: func() any { return NewQuantile() },
		Doc: "a second copy where an answer takes longer than a share of the others did"},
	{Name: "tied", Stable: true, New: func() any { return NewTied() },
		Doc: "a copy in a second line while the request waits; the first to be served cancels the other (tied requests)"},
}
