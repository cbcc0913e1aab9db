package account

import (
	"time"

	"cnv/policy"
)

// OnFunction stands for the function service where a worker is named.
const OnFunction policy.WorkerID = -2

// An attempt is named by its request and its number, from 0.
type attempt struct {
	id policy.RequestID
	n  uint8
}

// A Running is an attempt in flight.
type Running struct {
	On    policy.WorkerID // or OnFunction
	Since time.Duration   // when it was sent
	Warm  bool            // on a function's environment that is kept warm

	goesOn bool // it has ended for the gateway, and the function service has not ended it yet
}

// Attempts are those in flight. They end twice: for the gateway, which hears of it by
// Done, and for what runs them. The two differ where a call of a function was cancelled
// that had begun: it runs, and is paid, until Returned.
type Attempts struct{ of map[attempt]Running }

// NewAttempts returns none.
func NewAttempts() Attempts { return Attempts{map[attempt]Running{}} }

// Begin takes a Dispatch or an Invoke.
func (a *Attempts) Begin(now time.Duration, c *policy.Command, warm bool) {
	on := c.Worker
	if c.Kind == policy.Invoke {
		on = OnFunction
	}
	a.of[attempt{c.Request, c.Attempt}] = Running{On: on, Since: now, Warm: warm}
}

// End takes a Done or a Returned. ended: it has ended for the gateway now; over: for
// what ran it. Both are false of an attempt that is not in flight, such as one whose
// end is told twice.
func (a *Attempts) End(e *policy.Event) (r Running, ended, over bool) {
	key := attempt{e.Request, e.Attempt}
	r, ok := a.of[key]
	if !ok {
		return r, false, false
	}
	ended = e.Kind == policy.Done && !r.goesOn
	if ended && r.On == OnFunction && e.Status == policy.Cancelled && !e.Unstarted {
		r.goesOn = true
		a.of[key] = r
		return r, true, false
	}
	if !ended && e.Kind != policy.Returned {
		return r, false, false
	}
	delete(a.of, key)
	return r, ended, true
}
