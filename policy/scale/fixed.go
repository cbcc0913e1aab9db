package scale

import (
	"fmt"
	"time"

	"cnv/policy"
)

// Fixed keeps the first pool at N workers. If N is 0, and in every other pool, it asks
// for the size that the pool has been given: at the start, by an operator, or what is
// left of it where lost workers are not replaced. O(pools).
type Fixed struct {
	N int `toml:"n" doc:"workers in the first pool, asked for 10s after the start and every 10s; 0 keeps the initial size, less lost workers where replace = false" range:"0:100" within:"min:max" set:"yes"`

	desired []int
}

// Validate checks the parameters.
func (p *Fixed) Validate() error {
	if p.N < 0 {
		return fmt.Errorf("n = %d, must not be negative", p.N)
	}
	return nil
}

// Period implements policy.Scaler.
func (p *Fixed) Period() time.Duration { return 10 * time.Second }

// StartsFromNone implements policy.LateStarter.
func (p *Fixed) StartsFromNone(pool policy.PoolID) bool { return pool == 0 && p.N > 0 }

// Size implements policy.Scaler.
func (p *Fixed) Size(v *policy.ScaleView) policy.Plan {
	p.desired = p.desired[:0]
	for i := range v.Pools() {
		want := v.Pool(policy.PoolID(i)).Desired
		if i == 0 && p.N > 0 {
			want = p.N
		}
		p.desired = append(p.desired, want)
	}
	return policy.Plan{Desired: p.desired}
}
