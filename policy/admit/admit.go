package admit

import (
	"fmt"
	"time"

	"cnv/policy"
)

// Specs is the admission policies by name.
var Specs = []policy.Spec{
	{Name: "bounded", Stable: true, New: func() any { return &Bounded{Most: 100} },
		Doc: "refuses a request that would wait while so many wait already"},
	{Name: "codel", Stable: true, New: func() any { return NewCoDel() },
		Doc: "refuses requests that leave the gateway's queue while all have waited too long (controlled delay, RFC 8289)"},
	{Name: "deadline", Stable: true, New: func() any { return &Deadline{Slack: 1} },
		Doc: "refuses a request that neither a worker nor a function is predicted to answer within its SLO"},
	{Name: "gradient", Stable: true, New: func() any { return NewGradient() },
		Doc: "bounds the requests in flight by a limit that shrinks when responses get slower (Netflix Gradient2)"},
	{Name: "token-bucket", Stable: true, New: func() any { return &TokenBucket{Rate: 100, Burst: 20} },
		Doc: "refuses requests that come faster than a rate, beyond a burst"},
}

// soonest is the shortest Retry-After: HTTP has it in whole seconds.
const soonest = time.Second

// positive refuses a parameter that is not a finite number above 0.
func positive(key string, v float64) error {
	if !(v > 0 && v <= largest) {
		return fmt.Errorf("%s = %v, must be in (0, %v]", key, v, largest)
	}
	return nil
}

// largest bounds rates and bursts.
const largest = 1e9
