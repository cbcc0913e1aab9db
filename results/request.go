package results

import (
	"time"

	"cnv/policy"
)

// Never marks an instant of a Request that did not come. Instants are since the start of
// the run, so none is negative.
const Never time.Duration = -1

// Kind is where the delivered attempt of a request ran. Its number is not in files: they
// have words.
type Kind uint8

// The kinds; KindNone is a request that no worker answered.
const (
	KindNone Kind = iota
	KindVM
	KindFunction
)

// Ending is how a request ended. Every request ends exactly once.
type Ending uint8

// The endings. All but Answered are SLO misses.
const (
	Answered   Ending = iota
	Failed            // an error was delivered
	Rejected          // 429 or 503 by the gateway
	TimedOut          // the client left
	Unfinished        // still in the system when the run was cut off
)

// A Request is the record of one request, rejected ones too.
//
// Invariant: Finish is not Never where Ending is Answered, and Arrival <= Start <= Finish of those that
// are not Never; Attempts >= 1 where Kind is not KindNone.
type Request struct {
	ID       uint64 // from 0 in arrival order, the same for all policies unless clients try again
	Class    uint16
	Kind     Kind
	Ending   Ending
	Reason   policy.Reason // why there is no answer
	Cold     bool
	Try      uint8
	Attempts uint8 // attempts started; the other fields are of the delivered one
	Status   int32 // HTTP status
	Worker   int32 // VM, or function environment; -1 none
	Arrival  time.Duration
	// User numbers what users ask for, from 0 in order of arrival, the same for
	// all policies; Try is which of their tries this is, from 0, and First the
	// arrival of the first, known where Try > 0. Where clients do not try again
	// User is ID.
	User   uint64
	First  time.Duration
	Start  time.Duration // service began at the worker; Never
	Finish time.Duration // last answer byte at the client; Never
	Work   time.Duration // CPU time on the reference vCPU
	// Predicted is the work the gateway expected, CPU-seconds on the
	// reference vCPU; 0 if it had no idea.
	Predicted float64
	// Known says that an estimator made the prediction; else it is a mean or a prior.
	Known bool
	// Measured is the work as the answer says it, where Work is another's: CPU time
	// on the reference vCPU, -1 it does not say. 0: Work is what was measured.
	Measured time.Duration
	// Ideal is the response time on an idle worker of the first pool
	// (service alone, both network ways included): the yardstick of
	// slowdown and of unavoidable misses.
	Ideal time.Duration
	// Bound is the response time the SLO allows this request; 0 none.
	Bound time.Duration
	// Limit is the longest Ideal with which it can be answered under any policy,
	// as clients, attempts and functions have time-outs; 0 none.
	Limit time.Duration
}

// Missed says whether it is an avoidable miss: not answered in time, where an idle worker
// would have answered it so.
// What no policy can avoid is counted apart (miss_unavoidable): it would hide differences between
// policies where a bound is tight.
func (q *Request) Missed() bool { return !q.inTime() && q.avoidable() }

// inTime says whether it was answered within the SLO: by its own arrival, not that of a
// first try.
func (q *Request) inTime() bool {
	return q.Ending == Answered && (q.Bound == 0 || q.Finish-q.Arrival <= q.Bound)
}

// avoidable says whether an idle worker would have answered it in time: the
// service alone takes neither longer than the SLO allows nor than any time-out
// that holds under every policy.
func (q *Request) avoidable() bool {
	return q.bounded() && (q.Limit == 0 || q.Ideal <= q.Limit)
}

// bounded says whether the service alone takes no longer than the SLO allows.
func (q *Request) bounded() bool { return q.Bound == 0 || q.Ideal <= q.Bound }
