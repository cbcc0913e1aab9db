package policy_test

import (
	"fmt"
	"time"

	"cnv/policy"
	"cnv/policy/route"
)

// small sends requests of at most so much predicted work, CPU-seconds, to functions.
type small float64

func (s small) Decide(v *policy.View, r *policy.Request, _ policy.WorkerID, ok bool) policy.Choice {
	switch {
	case r.Work <= float64(s) && v.FunctionFits(r):
		return policy.ToFunction
	case ok: // the router has named a worker
		return policy.ToWorker
	}
	return policy.ToQueue
}

func ExampleSpill() {
	c, err := policy.New(policy.Config{
		Router:    &route.RoundRobin{Begin: route.BeginFirst},
		Spill:     small(0.5),
		Classes:   []policy.Class{{Name: "thumbnail", Prior: 0.2}, {Name: "render", Prior: 3}},
		Pools:     []policy.Pool{{Name: "pool", Cores: 1, Speed: 1, Max: 1}},
		Functions: &policy.Functions{Share: 1, Concurrency: 10, Timeout: time.Minute},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range []policy.Event{
		{Kind: policy.WorkerPending}, {Kind: policy.WorkerRunning}, {Kind: policy.WorkerReady},
		{Kind: policy.Arrival, Request: 0, Class: 0},
		{Kind: policy.Arrival, Request: 1, Class: 1},
	} {
		for _, cmd := range c.Step(time.Second, &e, nil) {
			fmt.Println(cmd)
		}
	}
	// Output:
	// request 0: attempt 1 on a function, predicted work 0.2 s
	// request 1: attempt 1 on worker 0, predicted work 3 s
}
