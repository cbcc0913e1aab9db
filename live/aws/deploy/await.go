package deploy

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Serves is what a gateway prints before its address once it takes requests; Await looks
// for it on the console, because its port may be closed to whoever deploys.
const Serves = "gateway http://"

// untilServes is how long a gateway may take from its launch until it serves.
const untilServes = 5 * time.Minute

// Await waits until the gateway says on its instance's console that it serves. Where it
// does not, the error tells what the console says last.
//
// A gateway that was there before (launched is false) is not asked: what it has said since may
// have pushed that line off its console.
func (c *Clients) Await(ctx context.Context, s *Spec, launched bool) (*Found, FoundInstance, error) {
	var last FoundInstance // of the gateway
	for began := time.Now(); ; {
		f, err := c.Find(ctx, s.Name, s.Arch)
		if err != nil {
			return nil, FoundInstance{}, err
		}
		seen := last
		last = f.running(s.Gateway.Version())
		if last.ID == "" && seen.ID != "" {
			return f, seen, c.mute(ctx, seen.ID, "has ended")
		}
		if last.ID != "" && !launched {
			return f, last, nil
		}
		if last.ID != "" && strings.Contains(c.console(ctx, last.ID), Serves) {
			return f, last, nil
		}
		if took := time.Since(began); took > untilServes {
			return f, last, c.mute(ctx, last.ID, fmt.Sprintf("has not said within %v that it serves", untilServes))
		}
		select {
		case <-time.After(2 * time.Second):
		case <-ctx.Done():
			return nil, FoundInstance{}, errors.New("cnv: interrupted: what was made stays; run status to see where the gateway is")
		}
	}
}

// running is the instance of a version of the gateway that runs; its zero value: none.
func (f *Found) running(version string) FoundInstance {
	for _, i := range f.Instances {
		if i.Role == "gateway" && i.Version == version && i.State == "running" {
			return i
		}
	}
	return FoundInstance{}
}

// mute is the error of a gateway that does not serve.
func (c *Clients) mute(ctx context.Context, id, how string) error {
	if id == "" {
		return fmt.Errorf("cnv: the gateway's instance does not run after %v", untilServes)
	}
	return fmt.Errorf("cnv: the gateway (%s) %s; what was made stays and costs, destroy removes it%s", id, how, ending(c.console(ctx, id)))
}
