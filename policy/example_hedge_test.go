package policy_test

import (
	"fmt"
	"time"

	"cnv/policy"
	"cnv/policy/route"
)

// twice has a copy sent once a request has taken twice as long as predicted.
type twice struct{}

func (twice) After(v *policy.View, r *policy.Request) (time.Duration, bool) {
	return 2 * v.Service(0, r), r.Work > 0
}

func ExampleHedge() {
	c, err := policy.New(policy.Config{
		Router:  &route.RoundRobin{Begin: route.BeginFirst},
		Hedge:   twice{},
		Classes: []policy.Class{{Name: "render", Prior: 3}},
		Pools:   []policy.Pool{{Name: "pool", Cores: 1, Speed: 1, Max: 2}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range []policy.Event{
		{Kind: policy.WorkerPending, Worker: 0}, {Kind: policy.WorkerRunning, Worker: 0}, {Kind: policy.WorkerReady, Worker: 0},
		{Kind: policy.WorkerPending, Worker: 1}, {Kind: policy.WorkerRunning, Worker: 1}, {Kind: policy.WorkerReady, Worker: 1},
		{Kind: policy.Arrival, Request: 0, Idempotent: true},
	} {
		for _, cmd := range c.Step(0, &e, nil) {
			fmt.Println(cmd)
		}
	}
	for _, cmd := range c.Step(6*time.Second, &policy.Event{Kind: policy.Wake}, nil) {
		fmt.Println(cmd)
	}
	// Output:
	// request 0: attempt 1 on worker 0, predicted work 3 s
	// wake at 6s
	// request 0: attempt 2 on worker 1, predicted work 3 s
}
