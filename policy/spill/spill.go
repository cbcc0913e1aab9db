package spill

import "cnv/policy"

// Specs is the spill policies by name.
var Specs = []policy.Spec{
	{Name: "never", Stable: true, New: func() any { return &Never{} },
		Doc: "workers only; what the router has no host for goes to the least loaded one with a free slot, else it waits"},
	{Name: "busy", Stable: true, New: func() any { return NewBusy() },
		Doc: "a function where no worker has a free slot"},
	{Name: "slo", Stable: true, New: func() any { return &SLO{} },
		Doc: "a function where the worker is predicted to miss the SLO and the function is not, or misses it by less"},
	{Name: "spock", Stable: true, New: func() any { return &Spock{} },
		Doc: "as busy, but only while a worker is on its way: functions bridge its boot"},
	{Name: "always", Stable: true, New: func() any { return &Always{} },
		Doc: "functions only: a machine never takes what a function can ever take, at the limit it waits or is refused"},
}

// orWorker is the worker if there is one, else the queue.
func orWorker(ok bool) policy.Choice {
	if ok {
		return policy.ToWorker
	}
	return policy.ToQueue
}
