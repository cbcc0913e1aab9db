package estimate

import "cnv/policy"

// Specs is the estimators by name.
var Specs = []policy.Spec{
	{Name: "mean", Stable: true, New: func() any { return &Mean{} },
		Doc: "the mean of the class"},
	{Name: "repeat", Stable: true, New: func() any { return NewRepeat() },
		Doc: "the work last measured for the same computation, from a bounded cache"},
	{Name: "rls", Stable: true, New: func() any { return NewRLS() },
		Doc: "recursive least squares with forgetting, log work on log features, per class"},
	{Name: "neighbours", Stable: true, New: func() any { return NewNeighbours() },
		Doc: "the mean work, or a quantile, of the requests of the class whose features are nearest"},
	{Name: "exact", Stable: true, New: func() any { return &Exact{} },
		Doc: "the true work, told by the simulator; live refuses it"},
}
