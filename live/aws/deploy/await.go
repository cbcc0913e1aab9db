package deploy

import (
	"context"
	"errors"
	"time"
)

// described is how long an instance that was launched may take to have an address.
const described = 2 * time.Minute

// Await waits until the gateway's instance runs, and so has its addresses; an
// instance without a name: it still has none.
func (c *Clients) Await(ctx context.Context, s *Spec) (*Found, FoundInstance, error) {
	for began := time.Now(); ; {
		f, err := c.Find(ctx, s.Name, s.Arch)
		if err != nil {
			return nil, FoundInstance{}, err
		}
		for _, i := range f.Instances {
			if i.Role == "gateway" && i.Version == s.Gateway.Version() && i.State == "running" {
				return f, i, nil
			}
		}
		if time.Since(began) > described {
			return f, FoundInstance{}, nil
		}
		select {
		case <-time.After(2 * time.Second):
		case <-ctx.Done():
			return nil, FoundInstance{}, errors.New("cnv: interrupted: what was made stays; run status to see where the gateway is")
		}
	}
}
