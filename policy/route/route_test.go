package route

import (
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/policytest"
)

// TestSpecs: the table is in order.
func TestSpecs(t *testing.T) { policytest.Specs[policy.Router](t, Specs) }

// TestConformance runs every router, with its defaults and with its other
// settings, through the kit.
func TestConformance(t *testing.T) {
	fixed := NewNova()
	fixed.Slots, fixed.Headroom, fixed.Deadline, fixed.InFlight = true, 10, true, 0.5
	fixed.Bounds, fixed.SubsetSize, fixed.Shuffle = "fixed", 3, true
	routers := map[string]func() policy.Router{
		"roundrobin random": func() policy.Router { return &RoundRobin{Begin: "random"} },
		"jsq work":          func() policy.Router { return &JSQ{Tie: "work"} },
		"p2c 5":             func() policy.Router { return &PowerOfChoices{Choices: 5} },
		"wrr slow":          func() policy.Router { return &WeightedRoundRobin{SlowStart: 40 * time.Second} },
		"leastrequest all, slow": func() policy.Router {
			return &LeastRequest{Bias: 0.5, SlowStart: 40 * time.Second}
		},
		"peakewma relative": func() policy.Router { return &PeakEWMA{Choices: 3, Decay: time.Second, Relative: true} },
		"jiq p2c":           func() policy.Router { return &JIQ{Fallback: "p2c"} },
		"sita 4":            func() policy.Router { return &SITA{Groups: 4, Window: 100, Recut: time.Second} },
		"nova fixed":        func() policy.Router { p := *fixed; return &p },
	}
	for _, s := range Specs {
		routers[s.Name] = func() policy.Router { return s.New().(policy.Router) }
	}
	for name, fresh := range routers {
		t.Run(name, func(t *testing.T) { policytest.Router(t, fresh) })
	}
}
