package policy_test

import (
	"fmt"
	"time"

	"cnv/policy"
	"cnv/policy/route"
)

// atMost admits a request while fewer than so many are in flight or wait.
type atMost int

func (n atMost) Admit(v *policy.View, _ *policy.Request) (bool, time.Duration) {
	return v.InFlight()+v.Queued() < int(n), 2 * time.Second
}

func ExampleAdmission() {
	c, err := policy.New(policy.Config{
		Router:    &route.RoundRobin{Begin: route.BeginFirst},
		Admission: atMost(1),
		Classes:   []policy.Class{{Name: "render", Prior: 3}},
		Pools:     []policy.Pool{{Name: "pool", Cores: 1, Speed: 1, Max: 1}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range []policy.Event{
		{Kind: policy.WorkerPending}, {Kind: policy.WorkerRunning}, {Kind: policy.WorkerReady},
		{Kind: policy.Arrival, Request: 0}, {Kind: policy.Arrival, Request: 1},
	} {
		for _, cmd := range c.Step(time.Second, &e, nil) {
			fmt.Println(cmd)
		}
	}
	// Output:
	// request 0: attempt 1 on worker 0, predicted work 3 s
	// request 1: answer 429 (admission), try again after 2s
}
