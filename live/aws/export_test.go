package aws

import (
	"context"
	"time"
)

// AtClock sets the wall clock of a lease.
func (l *Lease) AtClock(now func() time.Time) { l.now = now }

// Renew renews a lease now.
func (l *Lease) Renew(ctx context.Context) error {
	_, err := l.take(ctx)
	return err
}
