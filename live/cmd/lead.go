package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"cnv/live/aws"
	"cnv/live/aws/deploy"
)

// leaseTerm is how long a leader that has died is still taken for one. Another
// gateway takes over within it and a fifth.
const leaseTerm = 6 * time.Second

// errLostLease ends a gateway that is no leader any more. Its instances are
// the new leader's.
var errLostLease = errors.New("cnv: another gateway leads now")

// lead makes this gateway the one of its deployment, or waits until it is: only
// one may launch and end instances. The context ends when it is not any more;
// release lets another one lead at once.
func (t *cloudTarget) lead(ctx context.Context, log *slog.Logger) (context.Context, func(), error) {
	if t.cmd.Target == "local" {
		return ctx, func() {}, nil // its cloud is its own
	}
	cfg, err := t.account().Config(ctx)
	if err != nil {
		return nil, nil, err
	}
	host, _ := os.Hostname()
	owner := fmt.Sprintf("%s-%d-%d", host, os.Getpid(), time.Now().UnixNano())
	lease := aws.NewLease(aws.NewTable(cfg, deploy.Table(t.cmd.Deployment)), owner, leaseTerm, log)
	t.say("waiting to be the gateway of deployment %s", t.cmd.Deployment)
	held, err := lease.Lead(ctx)
	if err != nil {
		return nil, nil, err
	}
	if t.used = lease.Left(); t.used != (aws.Use{}) {
		t.say("going on with a run whose gateway died: it had spent $%.4f in %v", t.used.USD, t.used.Time.Round(time.Second))
	}
	t.lease = lease
	leading, lost := context.WithCancelCause(ctx)
	stop := context.AfterFunc(held, func() { // not when we are asked to end
		if ctx.Err() == nil {
			lost(fmt.Errorf("%w: %w", errLostLease, context.Cause(held)))
		}
	})
	return leading, func() {
		stop()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseTerm)
		defer cancel()
		if err := lease.Release(ctx); err != nil {
			log.Warn("the lease was not given up: it ends by itself", "err", err)
		}
	}, nil
}

// account is whose cloud it is.
func (t *cloudTarget) account() aws.Account {
	if t.cmd.Endpoint != "" {
		return aws.Local(t.cmd.Endpoint)
	}
	return aws.Account{Region: t.cmd.Region}
}

// lead implements target: workers given by address are ours alone.
func (t *staticTarget) lead(ctx context.Context, _ *slog.Logger) (context.Context, func(), error) {
	return ctx, func() {}, nil
}
