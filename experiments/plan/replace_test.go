package plan

import (
	"strings"
	"testing"

	"cnv/policy"
)

// TestReplace: what a file says of lost workers goes before the router's way, a
// policy before the pools, and it may be an axis; the initial size reaches the
// control plane, which replaces up to it.
func TestReplace(t *testing.T) {
	p := parse(t, `question = "q"
[[pool]]
instance = "c7g.large"
initial = 3
replace = [true, false]
[[pool]]
instance = "c7g.large"
[[workload]]
generator = "poisson"
rate = 1
duration = "10m"
[[policy]]
router = "nova-original"
initial = 2
[[policy]]
name = "told to"
router = "nova-original"
replace = true
`)
	want := [][2]policy.Replacement{
		{policy.ReplaceLost, policy.ReplaceByRouter}, {policy.ReplaceLost, policy.ReplaceLost},
		{policy.ReplaceNever, policy.ReplaceByRouter}, {policy.ReplaceLost, policy.ReplaceLost},
	}
	cells := p.Cells()
	if len(cells) != len(want) {
		t.Fatalf("%d cells, want %d", len(cells), len(want))
	}
	for i, c := range cells {
		cfg := c.Config(1)
		pools := cfg.Control.Pools
		if got := [2]policy.Replacement{pools[0].Replace, pools[1].Replace}; got != want[i] {
			t.Errorf("%s of %s: %v, want %v", c.Policy.Name, c.Scenario.Name, got, want[i])
		}
		for j := range pools {
			if pools[j].Initial != cfg.Pools[j].Initial || pools[j].Initial == 0 {
				t.Errorf("%s: the control plane begins with %d workers, the world with %d", c.Policy.Name, pools[j].Initial, cfg.Pools[j].Initial)
			}
		}
		if n, ok := cfg.Control.Router.(policy.Neglectful); !ok || !n.NeverReplaces() {
			t.Errorf("%s: its router replaces", c.Policy.Name)
		}
	}
	if text, err := p.Policies[1].TOML("again"); err != nil || !strings.Contains(text, "replace = true") {
		t.Errorf("as a table it is %s (%v)", text, err)
	}
}
