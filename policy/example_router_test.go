package policy_test

import (
	"fmt"
	"time"

	"cnv/policy"
)

// newest sends each request to the worker that was launched last.
type newest struct{}

func (newest) Route(v *policy.View, _ *policy.Request) (policy.WorkerID, bool) {
	ready := v.Ready() // in order of ID
	if len(ready) == 0 {
		return policy.NoWorker, false
	}
	return ready[len(ready)-1], true
}

func ExampleRouter() {
	c, err := policy.New(policy.Config{
		Router:  newest{},
		Classes: []policy.Class{{Name: "render"}},
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
	} {
		for _, cmd := range c.Step(time.Second, &e, nil) {
			fmt.Println(cmd)
		}
	}
	// Output:
	// request 0: attempt 1 on worker 1
}
