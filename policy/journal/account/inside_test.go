package account

import (
	"testing"

	"cnv/policy"
)

// TestInsideCountsAnEndOnce: a client that leaves after its answer was decided is not
// taken off again.
func TestInsideCountsAnEndOnce(t *testing.T) {
	var in Inside
	in.Add(&policy.Event{Kind: policy.Arrival, Request: 1}, nil)
	in.Add(&policy.Event{Kind: policy.Arrival, Request: 2}, nil)
	in.Add(&policy.Event{Kind: policy.Done, Request: 1}, []policy.Command{{Kind: policy.Deliver, Request: 1}})
	in.Add(&policy.Event{Kind: policy.Gone, Request: 1}, nil)
	if in.Len() != 1 {
		t.Errorf("%d inside, want 1", in.Len())
	}
	in.Add(&policy.Event{Kind: policy.Gone, Request: 2}, []policy.Command{{Kind: policy.Reject, Request: 2}})
	if in.Len() != 0 {
		t.Errorf("%d inside, want none", in.Len())
	}
}
