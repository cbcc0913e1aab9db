package local

import (
	"context"
	"errors"
	"net"
	"time"

	"cnv/live/clock"
	"cnv/live/host"
)

// Dialer connects as Linux did before 6.5, and does in Amazon Linux: a packet that is
// lost is sent again after 1, 3, 7, 15, 31 and 63 s, and after 127 s that is the end.
// Later kernels begin with one a second, so that what an instance loses while it
// boots would not be what it loses in EC2. It is for addresses on loopback, where
// an answer takes no time. The times are the experiment's.
func Dialer(h host.Host, slow clock.Slow) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		return dial(ctx, host.Or(h), slow, network, address)
	}
}

func dial(ctx context.Context, h host.Host, slow clock.Slow, network, address string) (net.Conn, error) {
	began, wait := time.Now(), time.Duration(0)
	for n := range 8 {
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(time.Until(slow.At(began, wait))):
		}
		if n == 7 {
			break
		}
		once, end := context.WithTimeout(ctx, answers)
		c, err := h.Dial(once, network, address)
		end()
		var late net.Error
		if err == nil || ctx.Err() != nil || !errors.As(err, &late) || !late.Timeout() {
			return c, err
		}
		wait = 2*wait + time.Second
	}
	return nil, &net.OpError{Op: "dial", Net: network, Err: context.DeadlineExceeded}
}

// answers is by when an address on loopback has answered, unless it is deaf.
const answers = 200 * time.Millisecond
