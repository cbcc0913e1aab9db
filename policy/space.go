package policy

import "time"

// A space is what a gateway believes of the function service's space for more
// calls. Nothing but refusals and answers tell of it: others may use the
// functions, and the service makes only so many environments in a time. So after
// a refusal there is space for one call with each answer, and for a few to try
// after a backoff: one, and after a backoff in which none was refused twice as
// many as before. A refusal that nothing followed up is forgotten in time. A call that
// finds an environment warm needs no space: it is made meanwhile, too.
type space struct {
	short   bool          // a refusal is remembered
	refusal bool          // one came since the last try
	calls   int           // while short: calls that may be made now
	batch   int           // calls that were allowed at the last try
	backoff time.Duration // from the last try to the next
	next    time.Duration // instant of the next try
	timer   time.Duration // that was set last
}

// After a refusal the service is tried again after refusedBackoff, then after
// twice as long each time while it refuses, mostBackoff at most. A refusal is
// forgotten spaceForgotten after the instant at which one more try was due.
const (
	refusedBackoff = 100 * time.Millisecond
	mostBackoff    = time.Second
	spaceForgotten = 10 * time.Second
)

// free says whether one more call may be made.
func (s *space) free(now time.Duration) bool { return !s.short || s.calls > 0 || now >= s.next }

// call notes a call, one that free forbids included. One that finds an environment
// warm is no try.
func (s *space) call(now time.Duration, warm bool) {
	switch {
	case !s.short:
		return
	case s.calls > 0:
		s.calls--
		return
	case warm, now < s.next:
		return
	case now >= s.next+spaceForgotten:
		*s = space{timer: s.timer}
		return
	case s.refusal:
		s.batch, s.backoff = 1, min(2*s.backoff, mostBackoff)
	default:
		s.batch, s.backoff = min(2*s.batch, maxBatch), refusedBackoff
	}
	s.refusal = false
	s.calls = s.batch - 1
	s.next = now + s.backoff
}

// maxBatch bounds the calls that one try allows.
const maxBatch = 1 << 20

// answered notes that a call has left an environment.
func (s *space) answered() {
	if s.short {
		s.calls++
	}
}

// refused notes that the service has refused a call.
func (s *space) refused(now time.Duration) {
	if !s.short {
		*s = space{short: true, backoff: refusedBackoff, timer: s.timer}
	}
	if now >= s.next {
		s.next = now + s.backoff
	}
	s.refusal, s.calls = true, 0 // the next try begins with a batch of one
}
