package policy

// A Reason is why a request has no answer. Every request has exactly one; the
// first, ReasonNone, means that it was answered.
type Reason uint8

// The reasons. Those from ReasonWaitsMachine on are of requests that were
// still there when the run was cut off.
const (
	ReasonNone            Reason = iota
	ReasonAdmission              // refused by admission (429)
	ReasonThrottled              // refused by the function service (429)
	ReasonFunctionTimeout        // the function's time-out ended the call (504)
	ReasonAttemptTimeout         // the last attempt took too long (504)
	ReasonWorker                 // the connection to the worker failed: it was lost, or takes none yet (502)
	ReasonError                  // answered with an error
	ReasonClient                 // the client left, or has waited as long as clients do
	ReasonCapacity               // nothing may serve it, or its spill policy refuses it (503)
	ReasonWaitsMachine           // waited for a machine
	ReasonWaitsFunction          // waited for a function
	ReasonRuns                   // was at a worker, served or in its line, or on its way, or between two attempts
	ReasonUnsent                 // the load generator never sent it
)

// Reasons is the number of reasons, ReasonNone included.
const Reasons = int(ReasonUnsent) + 1

// reasonNames are the reasons as files have them.
var reasonNames = [Reasons]string{
	"", "admission", "throttled", "function_timeout", "attempt_timeout", "worker", "error", "client", "capacity",
	"waits_machine", "waits_function", "runs", "unsent",
}

// String is the reason as files have it; empty for ReasonNone.
func (r Reason) String() string {
	if int(r) >= Reasons {
		return "unknown"
	}
	return reasonNames[r]
}

// ReasonOf is the reason that files have under a name; false if there is none.
func ReasonOf(name string) (Reason, bool) {
	for r := ReasonNone + 1; int(r) < Reasons; r++ {
		if reasonNames[r] == name {
			return r, true
		}
	}
	return ReasonNone, false
}

// Waiting says why a request has no answer yet: whether it waits at the
// gateway, and for what, or is being served. ReasonNone is a request that the
// Controller has answered or does not know.
func (c *Controller) Waiting(id RequestID) Reason {
	s := c.table.Find(id)
	if s < 0 || c.table.At(s).state == finished {
		return ReasonNone
	}
	switch r := c.table.At(s); {
	case r.waits == 0:
		return ReasonRuns
	case r.toFunction:
		return ReasonWaitsFunction
	}
	return ReasonWaitsMachine
}

// reasonOf is why a request has no answer whose last attempt ended like this.
// A time-out at a worker is the gateway's own; at a function it is the service's, unless the gateway was
// first.
func reasonOf(o *Outcome, a *attempt) Reason {
	switch {
	case o.Status == Throttled:
		return ReasonThrottled
	case o.Status == Timeout && (a.timedOut || o.Worker != NoWorker):
		return ReasonAttemptTimeout
	case o.Status == Timeout:
		return ReasonFunctionTimeout
	case o.Worker != NoWorker:
		return ReasonWorker
	}
	return ReasonError
}
