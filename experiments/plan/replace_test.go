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

// TestOnNotice: spot instances serve what fits on notice, unless the file says that they
// drain; others have no notice.
func TestOnNotice(t *testing.T) {
	const head = `question = "q"
[[fault]]
kind = "spot"
at = "1m"
[[workload]]
generator = "poisson"
rate = 1
duration = "10m"
[[policy]]
router = "jsq"
[[pool]]
instance = "c7g.large"
[[pool]]
instance = "c7g.large"
market = "spot"
spot_usd_per_hour = 0.03
`
	for keys, want := range map[string]policy.OnNotice{"": policy.NoticeServes, "on_notice = \"serves\"\n": policy.NoticeServes, "on_notice = \"drains\"\n": policy.NoticeDrains} {
		pools := parse(t, head+keys).Cells()[0].Config(1).Control.Pools
		if pools[0].OnNotice != policy.NoticeDrains || pools[1].OnNotice != want {
			t.Errorf("%q: %d and %d on notice, want %d and %d", keys, pools[0].OnNotice, pools[1].OnNotice, policy.NoticeDrains, want)
		}
	}
	if _, err := Parse("f.toml", ".", head+"on_notice = \"goes on\"\n", Options{}); err == nil || !strings.Contains(err.Error(), `on_notice: unknown rule "goes on"`) {
		t.Errorf("error %v, want that the rule is unknown", err)
	}
}
