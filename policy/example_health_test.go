package policy_test

import (
	"fmt"
	"time"

	"cnv/policy"
	"cnv/policy/route"
)

// minute takes a worker out of service for a minute once an attempt there has failed.
type minute struct{}

func (minute) Judge(_ *policy.View, o *policy.Outcome) time.Duration {
	if o.Status == policy.OK {
		return 0
	}
	return time.Minute
}

// Panic says that half of the workers have to be in service.
func (minute) Panic() float64 { return 0.5 }

func ExampleHealth() {
	c, err := policy.New(policy.Config{
		Router:  &route.JSQ{},
		Health:  minute{},
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
		{Kind: policy.Arrival, Request: 0},
		{Kind: policy.Done, Request: 0, Status: policy.Error},
		{Kind: policy.Arrival, Request: 1}, {Kind: policy.Arrival, Request: 2},
	} {
		for _, cmd := range c.Step(0, &e, nil) {
			fmt.Println(cmd)
		}
	}
	// Output:
	// request 0: attempt 1 on worker 0, predicted work 3 s
	// request 0: answer 502 (worker)
	// wake at 1m0s
	// request 1: attempt 1 on worker 1, predicted work 3 s
	// request 2: attempt 1 on worker 1, predicted work 3 s
}
