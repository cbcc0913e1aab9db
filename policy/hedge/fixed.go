package hedge

import (
	"errors"
	"fmt"
	"time"

	"cnv/policy"
)

// Fixed sends a second copy of a request that has no answer Delay after it was sent, within the
// [Budget]. It is what Envoy (hedge_on_per_try_timeout) and gRPC (hedgingDelay, gRFC A6) do.
// O(1).
type Fixed struct {
	Delay time.Duration `toml:"after" doc:"time without an answer, from when the request was sent to its worker" range:"10ms:10s" set:"yes"`
	Budget
}

// NewFixed returns a Fixed with the defaults.
func NewFixed() *Fixed { return &Fixed{Delay: time.Second, Budget: standard} }

// Validate checks the parameters.
func (p *Fixed) Validate() error {
	var err error
	if p.Delay < 0 {
		err = fmt.Errorf("after = %v, must not be negative", p.Delay)
	}
	return errors.Join(err, p.check())
}

// After implements policy.Hedge.
func (p *Fixed) After(*policy.View, *policy.Request) (time.Duration, bool) {
	p.earn()
	return p.Delay, true
}
