package policy_test

import (
	"fmt"
	"time"

	"cnv/policy"
	"cnv/policy/route"
)

// shortest serves the request that is predicted to take least.
type shortest struct{}

func (shortest) Key(v *policy.View, r *policy.Request) float64 { return v.Counted(r) }

func ExampleOrder() {
	c, err := policy.New(policy.Config{
		Router:  &route.RoundRobin{Begin: route.BeginFirst},
		Order:   shortest{},
		Classes: []policy.Class{{Name: "thumbnail", Prior: 0.2}, {Name: "render", Prior: 3}},
		Pools:   []policy.Pool{{Name: "pool", Cores: 1, Speed: 1, Slots: 1, Limit: 1, Max: 1}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range []policy.Event{
		{Kind: policy.WorkerPending}, {Kind: policy.WorkerRunning}, {Kind: policy.WorkerReady},
		{Kind: policy.Arrival, Request: 0, Class: 1}, // it takes the only place
		{Kind: policy.Arrival, Request: 1, Class: 1},
		{Kind: policy.Arrival, Request: 2, Class: 0},
		{Kind: policy.Done, Request: 0, Status: policy.OK, Work: 3},
	} {
		for _, cmd := range c.Step(time.Second, &e, nil) {
			fmt.Println(cmd)
		}
	}
	// Output:
	// request 0: attempt 1 on worker 0, predicted work 3 s
	// request 0: deliver attempt 1
	// request 2: attempt 1 on worker 0, predicted work 0.2 s
}
