package main

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

// provision keeps as many warm as a policy wants, until the context ends.
func (p *cloudPlace) provision(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case n := <-p.wanted:
			if err := p.fn.Provision(ctx, n); err != nil && ctx.Err() == nil {
				p.log.Warn("provisioned concurrency", "err", err)
			}
		}
	}
}

// cool gives the environments up that were kept warm: they cost while nobody calls.
func (p *cloudPlace) cool() {
	if p.fn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := p.fn.Provision(ctx, 0); err != nil {
		p.warn(fmt.Sprintf("function environments may still be kept warm, and cost, until a run ends well or destroy: %v", err))
	}
}
