package keepalive

import (
	"fmt"
	"time"

	"cnv/policy"
)

// Specs is the keep-alive policies by name.
var Specs = []policy.Spec{
	{Name: "fixed", Stable: true, New: func() any { return &Fixed{Keep: 10 * time.Minute} },
		Doc: "keeps each idle environment for the same time"},
	{Name: "histogram", Stable: true, New: func() any { return NewHistogram() },
		Doc: "keeps a class's environments for as long as its idle times have been, and loads them before (hybrid histogram, Azure 2020)"},
	{Name: "greedy-dual", Stable: true, New: func() any { return &GreedyDual{Most: 100} },
		Doc: "keeps environments until there are too many, then unloads those of least use for the memory (FaasCache 2021)"},
}

// Fixed keeps each idle environment for Keep, as most platforms do: some 10 minutes. It
// replaces keep_alive of [functions], by policy. O(1).
type Fixed struct {
	Keep time.Duration `toml:"keep" doc:"how long an environment is kept since its last call" range:"1m:4h" set:"yes"`
}

// Validate checks the parameters.
func (p *Fixed) Validate() error {
	if p.Keep < 0 {
		return fmt.Errorf("keep = %v, must not be negative", p.Keep)
	}
	return nil
}

// Called implements policy.KeepAlive.
func (p *Fixed) Called(_ *policy.View, c policy.ClassID, do *policy.Environments) {
	do.Keep(c, 0, p.Keep)
}

// Ended implements policy.KeepAlive.
func (p *Fixed) Ended(*policy.View, policy.ClassID, bool, *policy.Environments) {}
