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
	fixed.Bounds, fixed.SubsetSize, fixed.Shuffle = FixedBounds, 3, true
	lines := NewNova() // a worker with room for a request may have no slot for it
	lines.Headroom, lines.Deadline = 3, true
	routers := map[string]func() policy.Router{
		"roundrobin random": func() policy.Router { return &RoundRobin{Begin: BeginRandom} },
		"jsq work":          func() policy.Router { return &JSQ{Tie: TieWork} },
		"p2c 5":             func() policy.Router { return &PowerOfChoices{Choices: 5} },
		"wrr slow":          func() policy.Router { return &WeightedRoundRobin{SlowStart: 40 * time.Second} },
		"leastrequest all, slow": func() policy.Router {
			return &LeastRequest{Bias: 0.5, SlowStart: 40 * time.Second}
		},
		"peakewma relative":    func() policy.Router { return &PeakEWMA{Choices: 3, Decay: time.Second, Relative: true} },
		"jiq p2c":              func() policy.Router { return &JIQ{Fallback: FallbackP2C} },
		"sita 4":               func() policy.Router { return &SITA{Groups: 4, Window: 100, Recut: time.Second} },
		"ringhash class":       func() policy.Router { return &RingHash{Points: 3, By: ByClass, Bound: 1.1, Overflow: OverflowRehash} },
		"maglev bounded":       func() policy.Router { return &Maglev{Table: 31, By: ByKey, Bound: 1.25, Overflow: OverflowNext} },
		"maglev rehash":        func() policy.Router { return &Maglev{Table: 31, By: ByKey, Bound: 1.25, Overflow: OverflowRehash} },
		"pack 2":               func() policy.Router { return &Pack{Limit: 2} },
		"blend always between": func() policy.Router { return &Blend{High: 100, Limit: 3} },
		"nova fixed":           func() policy.Router { p := *fixed; return &p },
		"nova lines":           func() policy.Router { p := *lines; return &p },
	}
	for _, s := range Specs {
		routers[s.Name] = func() policy.Router { return small(s.New().(policy.Router)) }
	}
	for name, fresh := range routers {
		t.Run(name, func(t *testing.T) { policytest.Router(t, fresh) })
	}
}

// small is a router whose table suits a fleet of three.
func small(p policy.Router) policy.Router {
	if m, ok := p.(*Maglev); ok {
		m.Table = 31 // the world is made hundreds of times
	}
	return p
}
