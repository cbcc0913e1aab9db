package policy_test

import (
	"fmt"
	"time"

	"cnv/policy"
	"cnv/policy/route"
)

// daily keeps one size by day, from 8 to 20 h, and another by night.
type daily struct{ day, night int }

func (daily) Period() time.Duration { return time.Hour }

func (d daily) Size(v *policy.ScaleView) policy.Plan {
	size := d.night
	if hour := v.Now % (24 * time.Hour) / time.Hour; 8 <= hour && hour < 20 {
		size = d.day
	}
	return policy.Plan{Desired: []int{size}} // of the first pool; others stay as they are
}

func ExampleScaler() {
	c, err := policy.New(policy.Config{
		Leader:  true, // only the leader scales
		Router:  &route.RoundRobin{Begin: route.BeginFirst},
		Scaler:  daily{day: 10, night: 2},
		Classes: []policy.Class{{Name: "render"}},
		Pools:   []policy.Pool{{Name: "pool", Cores: 1, Speed: 1, Max: 20}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, at := range []time.Duration{0, 1 * time.Hour, 8 * time.Hour} {
		for _, cmd := range c.Step(at, &policy.Event{Kind: policy.Wake}, nil) {
			fmt.Println(at, cmd)
		}
	}
	// Output:
	// 0s wake at 1h0m0s
	// 1h0m0s launch 2 workers in pool 0
	// 1h0m0s wake at 2h0m0s
	// 8h0m0s launch 8 workers in pool 0
	// 8h0m0s wake at 9h0m0s
}
