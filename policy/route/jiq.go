package route

import (
	"fmt"

	"cnv/policy"
	"cnv/policy/enum"
)

// JIQ is join the idle queue with one dispatcher: a worker that has become idle waits in a
// queue of such, and a request takes one of them, drawn uniformly. A worker is idle while it
// has a free core; with several cores per worker those with the fewest in flight come first.
//
// Where none is idle the request goes to a worker drawn at random ([FallbackRandom], as in
// the source), or to the less loaded of two drawn ([FallbackP2C], which keeps it from
// becoming random routing at high load). With several gateways each knows only of its own
// requests who is idle. O(1).
//
// Source: Lu, Xie, Kliot, Geller, Larus, Greenberg 2011, doi:10.1016/j.peva.2011.07.015.
type JIQ struct {
	Fallback Fallback `toml:"fallback" doc:"where none is idle: a worker drawn at \"random\", or the better of two, \"p2c\"" set:"random,p2c"`

	rand *policy.Rand
	two  PowerOfChoices

	took policy.WorkerID // by the last decision
	idle int             // of so many; 0: by the fallback
}

// Validate checks the parameters.
func (p *JIQ) Validate() error {
	return enum.Check("fallback", p.Fallback, fallbacks)
}

// Start implements policy.Starter.
func (p *JIQ) Start(e policy.Env) error {
	p.rand, p.two = e.Rand, PowerOfChoices{Choices: 2, rand: e.Rand}
	return nil
}

// Route implements policy.Router.
func (p *JIQ) Route(v *policy.View, r *policy.Request) (policy.WorkerID, bool) {
	least := v.Least()
	if p.idle = len(least); p.idle == 0 {
		p.took = policy.NoWorker
		return p.took, false
	}
	switch {
	case !v.Busy(least[0]):
		p.took = least[p.rand.IntN(len(least))]
	case p.Fallback == FallbackP2C:
		p.idle = 0
		p.took, _ = p.two.Route(v, r)
	default:
		p.idle = 0
		p.took = v.Ready()[p.rand.IntN(len(v.Ready()))]
	}
	return p.took, true
}

// Explain implements policy.Explainer: whether an idle worker was found, and how.
func (p *JIQ) Explain(v *policy.View, r *policy.Request) []string {
	line := fmt.Sprintf("worker %d: %d in flight", p.took, v.Worker(p.took).InFlight)
	switch {
	case len(v.Ready()) == 1:
		return []string{line + theOnlyOne}
	case p.idle > 0:
		return []string{line + fmt.Sprintf(drawnAmong, p.idle) + " that are idle"}
	case p.Fallback == FallbackP2C:
		return append([]string{"no worker is idle"}, p.two.Explain(v, r)...)
	}
	return []string{"no worker is idle", line + fmt.Sprintf(drawnAmong, len(v.Ready()))}
}

// Fallback is where [JIQ] sends a request while no worker is idle.
type Fallback uint8

// The values.
const (
	FallbackRandom Fallback = iota // any worker
	FallbackP2C                    // the less loaded of two
)

var fallbacks = []string{FallbackRandom: "random", FallbackP2C: "p2c"}

// String is the word in experiment files.
func (f Fallback) String() string { return enum.Word(f, fallbacks) }

// UnmarshalText reads the word.
func (f *Fallback) UnmarshalText(text []byte) error { return enum.Read(f, text, fallbacks) }
