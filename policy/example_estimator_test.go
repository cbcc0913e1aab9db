package policy_test

import (
	"fmt"
	"time"

	"cnv/policy"
	"cnv/policy/route"
)

// perByte predicts the work of a request by the size of its body.
type perByte struct{ bytes, work float64 }

func (p *perByte) Estimate(_ time.Duration, r *policy.Request) (work float64, ok bool) {
	if p.bytes == 0 || r.Bytes < 0 {
		return 0, false // not known: the mean of the class is taken
	}
	return float64(r.Bytes) * p.work / p.bytes, true
}

// Learn is told the work that a request has taken, CPU-seconds on the reference vCPU.
func (p *perByte) Learn(_ time.Duration, r *policy.Request, work float64) {
	p.bytes += float64(max(r.Bytes, 0))
	p.work += work
}

func ExampleEstimator() {
	c, err := policy.New(policy.Config{
		Router:    &route.RoundRobin{Begin: route.BeginFirst},
		Estimator: &perByte{},
		Classes:   []policy.Class{{Name: "resize"}},
		Pools:     []policy.Pool{{Name: "pool", Cores: 1, Speed: 1, Max: 1}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range []policy.Event{
		{Kind: policy.WorkerPending}, {Kind: policy.WorkerRunning}, {Kind: policy.WorkerReady},
		{Kind: policy.Arrival, Request: 0, Bytes: 1000},
		{Kind: policy.Done, Request: 0, Status: policy.OK, Work: 2},
		{Kind: policy.Arrival, Request: 1, Bytes: 3000},
	} {
		for _, cmd := range c.Step(time.Second, &e, nil) {
			fmt.Println(cmd)
		}
	}
	// Output:
	// request 0: attempt 1 on worker 0
	// request 0: deliver attempt 1
	// request 1: attempt 1 on worker 0, predicted work 6 s (by the estimator)
}
