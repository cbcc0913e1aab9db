package live

import (
	"fmt"
	"net/http"
	"sync/atomic"
)

// Calls holds the calls of a function to a budget: one that would cost more per
// hour than is allowed, beside all else that runs, is throttled, as if the
// service had done it.
type Calls struct {
	Function http.RoundTripper // holds its answer whole, so that a call ends when it returns
	Budget   *Budget           // nil: no limit

	refused atomic.Int64
}

// RoundTrip makes a call.
func (c *Calls) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := c.Budget.call(); err != nil {
		c.refused.Add(1)
		return nil, fmt.Errorf("%w: %w", ErrThrottled, err)
	}
	defer c.Budget.called()
	return c.Function.RoundTrip(r)
}

// Refused is how many calls were refused so far.
func (c *Calls) Refused() int64 { return c.refused.Load() }

// call takes room for a call; the error says why there is none.
func (b *Budget) call() error {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.dear(b.functions.CallUSDPerHour); err != nil {
		return err
	}
	b.calls++
	return nil
}

// called gives it back.
func (b *Budget) called() {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls--
}
