package account

import "cnv/policy"

// Inside is the requests that a gateway has taken in and not ended. A client may be
// told to have left after its answer was decided, so an end counts once. The zero
// value is empty.
type Inside struct{ requests map[policy.RequestID]struct{} }

// Add takes one step.
func (i *Inside) Add(e *policy.Event, cmds []policy.Command) {
	switch e.Kind {
	case policy.Arrival:
		if i.requests == nil {
			i.requests = map[policy.RequestID]struct{}{}
		}
		i.requests[e.Request] = struct{}{}
	case policy.Gone:
		delete(i.requests, e.Request)
	}
	for c := range cmds {
		if k := cmds[c].Kind; k == policy.Deliver || k == policy.Reject {
			delete(i.requests, cmds[c].Request)
		}
	}
}

// Len is how many there are.
func (i *Inside) Len() int { return len(i.requests) }
