package second_test

import (
	"time"

	"cnv/policy"
)

// few admits a request unless so many wait already.
type few struct{ n int }

func (p few) Admit(v *policy.View, _ *policy.Request) (bool, time.Duration) {
	return v.Queued() < p.n, time.Second
}

// shortest serves the least predicted work first.
type shortest struct{}

func (shortest) Key(_ *policy.View, r *policy.Request) float64 { return r.Work }

// A hedge sends a copy after some time.
type hedge struct{ after time.Duration }

func (p hedge) After(*policy.View, *policy.Request) (time.Duration, bool) { return p.after, true }

// A keeper changes how long idle environments are unloaded and loaded.
type keeper struct{ dice }

func (p *keeper) Called(_ *policy.View, c policy.ClassID, do *policy.Environments) {
	if p.chance(0.3) {
		prewarm := time.Duration(p.IntN(2)) * p.time(0, 10*time.Second)
		do.Keep(c, prewarm, p.time(0, 20*time.Second))
	}
}

func (p *keeper) Ended(_ *policy.View, c policy.ClassID, _ bool, do *policy.Environments) {
	if p.chance(0.2) {
		do.Unload(c)
	}
}

// A warmer changes how many environments are kept warm.
type warmer struct {
	every time.Duration
	dice
}

func (p *warmer) Period() time.Duration              { return p.every }
func (p *warmer) Size(*policy.ScaleView) policy.Plan { return policy.Plan{} }
func (p *warmer) Act(v *policy.View, do *policy.Actions, tag uint64) {
	if tag == 0 && p.chance(0.8) {
		return
	}
	do.SetConcurrency(p.IntN(4))
}
