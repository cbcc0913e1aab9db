package scale

import (
	"testing"
	"time"

	"cnv/policy"
)

// TestDemandWaitsToKnow: while requests arrive whose work nobody can tell, the
// fleet does not shrink, and where there is none one worker is launched to find out.
func TestDemandWaitsToKnow(t *testing.T) {
	for _, workers := range []int{0, 4} {
		h := newHost(t, NewDemand(), policy.Pool{Name: "p", Cores: 1, Speed: 1, Max: 10}, workers)
		arrive := func(id policy.RequestID) { h.step(policy.Event{Kind: policy.Arrival, Request: id}) }
		for id := range policy.RequestID(40) {
			h.run(time.Duration(id) * 10 * time.Second)
			if id > 0 { // its client leaves before much is seen of it
				h.step(policy.Event{Kind: policy.Gone, Request: id - 1})
			}
			arrive(id)
		}
		if n, want := h.c.View().Pool(0).Size(), max(workers, 1); n != want {
			t.Errorf("from %d workers: %d after 400 s in which nothing was measured, want %d", workers, n, want)
		}
		h.step(policy.Event{Kind: policy.Gone, Request: 39})
		h.step(policy.Event{Kind: policy.Observed, Work: 0.01}) // 1 ms of work a second
		h.run(h.now + 5*time.Minute)
		if n := h.c.View().Pool(0).Size(); n != 0 {
			t.Errorf("from %d workers: %d 5 min after the last arrival, want none", workers, n)
		}
	}
}

// TestDemandSeesWhatItCannotForesee: requests of which nothing is known count by what
// one of them has had already, so that a fleet that cannot finish any grows.
func TestDemandSeesWhatItCannotForesee(t *testing.T) {
	h := newHost(t, NewDemand(), policy.Pool{Name: "p", Cores: 1, Speed: 1, Max: 100}, 1)
	for id := range policy.RequestID(9) {
		h.step(policy.Event{Kind: policy.Arrival, Request: id})
	}
	h.run(10 * time.Second) // nine cores, and 1.062·√9 to spare
	if n := h.c.View().Pool(0).Size(); n != 13 {
		t.Errorf("%d workers after 10 s of nine requests on one core, want 13", n)
	}
}

// noWork says that all requests are no work.
type noWork struct{}

func (noWork) Estimate(time.Duration, *policy.Request) (float64, bool) { return 0, true }
func (noWork) Learn(time.Duration, *policy.Request, float64)           {}

// TestDemandServesWhatIsNoWork: a request that is predicted to be no work gets a
// worker, too: else it would wait for ever.
func TestDemandServesWhatIsNoWork(t *testing.T) {
	h := newHostThatKnows(t, noWork{}, NewDemand(), policy.Pool{Name: "p", Cores: 1, Speed: 1, Max: 10}, 0)
	h.step(policy.Event{Kind: policy.Arrival})
	h.run(time.Minute)
	if n := h.c.View().Pool(0).Size(); n != 1 {
		t.Errorf("%d workers while a request waits, want 1", n)
	}
}
