package run

import (
	"context"
	"fmt"
	"time"
)

// prewarm has the function's environments that the experiment keeps warm; others
// that a killed run has left are given up.
func (p *cloudPlace) prewarm(ctx context.Context) error {
	if p.fn == nil {
		return nil
	}
	if p.warm > 0 {
		p.target.say("  waiting for %d function environments that are kept warm", p.warm)
	}
	err := p.fn.Provision(ctx, p.warm)
	if err != nil && p.warm == 0 {
		p.log.Warn("whether environments are kept warm is not known", "err", err)
		return nil
	}
	return err
}

// cool gives the environments up that were kept warm: they cost while nobody calls.
func (p *cloudPlace) cool() {
	if p.fn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := p.fn.Keep(ctx, 0); err != nil {
		p.warn(fmt.Sprintf("%d function environments are still kept warm, and cost, until a run ends well or destroy: %v", p.warm, err))
	}
}

// undated deletes the schedules of instances that have ended. Those of others, and of this
// gateway's own instance, end them.
func (p *cloudPlace) undated() {
	if p.deadline == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := p.deadline.Postpone(ctx); err != nil {
		p.log.Warn("some schedules are left, which will find nothing to end", "err", err)
	}
}
