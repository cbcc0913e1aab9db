package run

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"cnv/live/aws"
	"cnv/live/aws/deploy"
	"cnv/live/host"
	"cnv/policy"
	"cnv/policy/catalog"
)

// LeaseTerm is how long a leader that has died is still taken for one. Another
// gateway that stands by takes over within it and two fifths.
const LeaseTerm = 6 * time.Second

// errLostLease ends a gateway when another one has the lease, whose its
// instances are now. One that only cannot renew it serves on.
var errLostLease = errors.New("cnv: another gateway leads now")

// lead makes this gateway the one of its deployment, or waits until it is: only
// one may launch and end instances. The context ends when it is not any more;
// release lets another one lead at once.
func (t *cloudTarget) lead(ctx context.Context, log *slog.Logger) (context.Context, error) {
	t.release = func() {}
	if t.exp.Target == Local {
		return ctx, nil // its cloud is its own
	}
	cfg, err := t.account().Config(ctx)
	if err != nil {
		return nil, err
	}
	host, _ := os.Hostname()
	owner := fmt.Sprintf("%s-%d-%d", host, os.Getpid(), time.Now().UnixNano())
	lease := aws.NewLease(aws.NewTable(cfg, deploy.Table(t.exp.Deployment)), owner, LeaseTerm, log)
	t.say("waiting to be the gateway of deployment %s", t.exp.Deployment)
	life, end := context.WithCancel(context.WithoutCancel(ctx)) // kept while we drain, too
	waits := context.AfterFunc(ctx, end)
	began := time.Now()
	held, err := lease.Lead(life)
	waits()
	if err != nil {
		end()
		return nil, err
	}
	if t.used = lease.Left(); t.used != (aws.Use{}) {
		t.say("going on with a run whose gateway died: it had spent $%.4f in %v", t.used.USD, t.used.Time.Round(time.Second))
	}
	t.used.USD += catalog.RunningUSD(t.exp.GatewayUsdPerHour, time.Since(began)) // our instance, standing by
	t.lease = lease
	leading, lost := context.WithCancelCause(ctx)
	stop := context.AfterFunc(held, func() { lost(fmt.Errorf("%w: %w", errLostLease, context.Cause(held))) })
	t.release = func() {
		stop()
		end()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), LeaseTerm)
		defer cancel()
		if err := lease.Release(ctx); err != nil {
			log.Warn("the lease was not given up: it ends by itself", "err", err)
		}
	}
	return leading, nil
}

// account is whose cloud it is.
func (t *cloudTarget) account() aws.Account {
	if t.exp.Endpoint != "" {
		return t.here(t.exp.Endpoint)
	}
	return aws.Account{Region: t.exp.Region}
}

// here is the account of a cloud on the machine that the experiment runs on.
func (t *cloudTarget) here(endpoint string) aws.Account { return On(t.exp.host, endpoint) }

// On is the account of a cloud on a host; nil: this machine.
func On(h host.Host, endpoint string) aws.Account {
	a := aws.Local(endpoint)
	if h != nil {
		a.Dial = h.Dial
	}
	return a
}

// heed pauses scaling while it is not sure that this gateway leads: two that
// scale at once would end each other's instances. Requests are served all the same.
func (p *cloudPlace) heed(ctx context.Context, sure func() bool) {
	t := time.NewTicker(LeaseTerm / 30)
	defer t.Stop()
	paused, ours := false, false // ours: no operator had paused it before
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		switch lead := sure(); {
		case !lead && !paused:
			p.log.Warn("scaling is paused until the lease is renewed: another gateway may lead")
			p.brain.Do(func(c *policy.Controller) { ours = !c.Paused() })
			p.brain.Post(policy.Event{Kind: policy.Pause})
			paused = true
		case lead && paused:
			p.log.Warn("the lease is renewed: scaling goes on", "paused", !ours)
			if ours {
				p.brain.Post(policy.Event{Kind: policy.Resume})
			}
			paused = false
		}
	}
}
