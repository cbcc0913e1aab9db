package route

import (
	"testing"

	"cnv/policy"
)

// TestLeastWorkCountsWhatItDoesNotKnow: while nothing is known of any work, each
// request counts the same, so that they are spread by their number.
func TestLeastWorkCountsWhatItDoesNotKnow(t *testing.T) {
	for _, router := range []policy.Router{&LeastWork{}, &JSQ{Tie: TieWork}, NewNova()} {
		c, err := policy.New(policy.Config{
			Router: router, Classes: []policy.Class{{Name: "c"}},
			Pools: []policy.Pool{{Name: "p", Cores: 1, Speed: 1, Max: 3}},
		})
		if err != nil {
			t.Fatal(err)
		}
		for w := range policy.WorkerID(3) {
			for _, k := range []policy.EventKind{policy.WorkerPending, policy.WorkerRunning, policy.WorkerReady} {
				c.Step(0, &policy.Event{Kind: k, Worker: w}, nil)
			}
		}
		for id := range policy.RequestID(12) {
			c.Step(0, &policy.Event{Kind: policy.Arrival, Request: id}, nil)
		}
		for w := range policy.WorkerID(3) {
			if n := c.View().Worker(w).InFlight; n != 4 {
				t.Errorf("%T: %d of 12 requests at worker %d, want 4", router, n, w)
			}
		}
	}
}
