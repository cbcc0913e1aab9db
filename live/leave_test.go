package live

import (
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/route"
)

// A leaving router gives attempts up after 3 s without a word to the worker, chooses
// the next one at once and has it sent a while later, as the original does.
type leaving struct {
	route.JSQ
	resumed int
}

func (*leaving) AttemptTimeout(int) time.Duration { return 3 * time.Second }
func (*leaving) LeavesRunning() bool              { return true }
func (*leaving) Retry(_ *policy.View, o *policy.Outcome) (bool, time.Duration) {
	return o.Request.Attempts < 4, 700*time.Millisecond + time.Duration(o.Request.ID%89)*time.Millisecond
}
func (r *leaving) Resumed(*policy.View, *policy.Request, policy.WorkerID) { r.resumed++ }

// TestLeftAttemptsAlike: what was given up goes on in the worker, and slows down what
// else is there, in both worlds alike: the same decisions, attempt by attempt.
func TestLeftAttemptsAlike(t *testing.T) {
	s := &scenario{name: "left running", ps: true}
	a, b := &leaving{JSQ: route.JSQ{Tie: "random"}}, &leaving{JSQ: route.JSQ{Tie: "random"}}
	want, _ := s.modelled(t, a)
	got := s.played(t, b)
	compareDecisions(t, want, got)
	if a.resumed != b.resumed || a.resumed < 10 {
		t.Errorf("%d attempts after a pause simulated, %d live; want as many, and some", a.resumed, b.resumed)
	}
}
