package admit

import (
	"fmt"
	"time"

	"cnv/policy"
)

// Bounded refuses a request where Most requests wait already, at the gateway or in the
// lines of workers (policy.View.Waiting), and it would wait too: no worker has a free slot,
// and no function takes it. Retry-After is 1 s.
//
// With one worker of one slot, Poisson arrivals and exponential work it is the M/M/1/K queue
// with K = Most + 1: of the offered load ρ the share (1-ρ)ρ^K / (1-ρ^(K+1)) is refused
// (Kleinrock, Queueing Systems 1, 1975, section 3.6).
//
// Note: a Router that sends requests to busy workers while others have a free slot makes
// lines that this does not bound, as a request that may find a slot is admitted.
type Bounded struct {
	Most int `toml:"most" doc:"requests that may wait, at the gateway and in the lines of workers" range:"0:200" set:"yes"`
}

// Validate checks the parameters.
func (p *Bounded) Validate() error {
	if p.Most < 0 {
		return fmt.Errorf("most = %d, must not be negative", p.Most)
	}
	return nil
}

// Admit implements policy.Admission. O(1) where no worker may have more requests than slots.
func (p *Bounded) Admit(v *policy.View, r *policy.Request) (ok bool, retryAfter time.Duration) {
	if v.Waiting() < p.Most || v.AnyFree() || v.FunctionWill(r) {
		return true, 0
	}
	return false, soonest
}
