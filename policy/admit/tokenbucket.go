package admit

import (
	"errors"
	"fmt"
	"math"
	"time"

	"cnv/policy"
)

// TokenBucket admits a request if the bucket holds a token, which it takes. The bucket holds
// Burst tokens at most, begins full, and Rate tokens a second run into it: of any time t no
// more than Burst + Rate × t requests are admitted. Retry-After is the time until there is a
// token again, at least 1 s. It looks at nothing but time. O(1).
//
// Each gateway has a bucket of its own. (Turner, "New Directions in Communications", IEEE
// Communications Magazine 24(10), 1986; RFC 2697.)
type TokenBucket struct {
	Rate  float64 `toml:"rate" doc:"requests per second in the long run, > 0" range:"1:1000" set:"yes"`
	Burst float64 `toml:"burst" doc:"requests at once, >= 1" range:"1:200" set:"yes"`

	begun  bool
	tokens float64
	at     time.Duration // when there were so many
}

// Validate checks the parameters.
func (p *TokenBucket) Validate() error {
	var err error
	if !(p.Burst >= 1 && p.Burst <= largest) {
		err = fmt.Errorf("burst = %v, must be in [1, %v]", p.Burst, largest)
	}
	return errors.Join(positive("rate", p.Rate), err)
}

// Admit implements policy.Admission.
func (p *TokenBucket) Admit(v *policy.View, _ *policy.Request) (ok bool, retryAfter time.Duration) {
	if !p.begun {
		p.begun, p.tokens = true, p.Burst
	}
	p.tokens = min(p.Burst, p.tokens+p.Rate*(v.Now-p.at).Seconds())
	p.at = v.Now
	if p.tokens < 1-rounding {
		wait := min((1-p.tokens)/p.Rate, longest)
		return false, max(policy.Seconds(math.Ceil(wait*1e3)/1e3), soonest)
	}
	p.tokens = max(p.tokens-1, 0)
	return true, 0
}

// rounding is what sums of times may lack of a whole token.
const rounding = 1e-9
