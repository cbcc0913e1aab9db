package route

import (
	"testing"

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
		"nova fixed":        func() policy.Router { p := *fixed; return &p },
		"nova lines":        func() policy.Router { p := *lines; return &p },
	}
	for _, s := range Specs {
		routers[s.Name] = func() policy.Router { return s.New().(policy.Router) }
	}
	for name, fresh := range routers {
		t.Run(name, func(t *testing.T) { policytest.Router(t, fresh) })
	}
}
