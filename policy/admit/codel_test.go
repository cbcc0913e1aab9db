package admit

import (
	"slices"
	"testing"
	"time"

	"cnv/policy"
)

const ms = time.Millisecond

// drops are the instants, in ms, at which requests are refused that leave the queue every
// millisecond in [from, to) and have waited for a second.
func drops(p *CoDel, from, to int) (at []int) {
	for t := from; t < to; t++ {
		if p.refuses(time.Duration(t)*ms, time.Second, 1) {
			at = append(at, t)
		}
	}
	return at
}

// TestCoDelGolden is the control law of RFC 8289 with its constants, computed by hand: the first
// refusal an interval of 100 ms after waits were above the target, the next after 100/√1 ms,
// 100/√2, 100/√3 and so on, each at the first departure from then on: 200, 270.7, 328.4, 378.4,
// 423.2, 464.0.
func TestCoDelGolden(t *testing.T) {
	p := &CoDel{Target: 5 * ms, Interval: 100 * ms}
	if got, want := drops(p, 0, 500), []int{100, 200, 271, 329, 379, 424, 464}; !slices.Equal(got, want) {
		t.Fatalf("refused at %v ms, want %v", got, want)
	}
	// One wait below the target ends it. Waits above it again, within 16 intervals: the count
	// takes up at 7 - 1 = 6: 100/√6 = 40.8 ms after 600, then 100/√7 more.
	if p.refuses(500*ms, ms, 5) {
		t.Error("refused after a short wait")
	}
	if got, want := drops(p, 501, 700), []int{601, 642, 680}; !slices.Equal(got, want) {
		t.Errorf("again refused at %v ms, want %v", got, want)
	}
	// After a long time it begins at one again.
	p.refuses(700*ms, ms, 5)
	if got, want := drops(p, 10_000, 10_280), []int{10_100, 10_200, 10_271}; !slices.Equal(got, want) {
		t.Errorf("much later refused at %v ms, want %v", got, want)
	}
}

// TestCoDelLeavesBurstsBe: what is drained within an interval is not refused, nor is the last
// request of a queue, however long it has waited.
func TestCoDelLeavesBurstsBe(t *testing.T) {
	p := &CoDel{Target: 5 * ms, Interval: 100 * ms}
	if got := drops(p, 0, 100); got != nil {
		t.Errorf("refused at %v ms, within the first interval", got)
	}
	if p.refuses(150*ms, time.Second, 0) {
		t.Error("the last request of the queue is refused")
	}
	if got := drops(p, 151, 251); got != nil {
		t.Errorf("refused at %v ms, though the queue was empty before", got)
	}
}

// TestCoDelRefusesWhatWaits: one worker, and two requests that wait for it for 10 s each. The
// last is never refused; the one before is, as the target was exceeded for an interval: 429
// with Retry-After, at the instant at which it would be sent, and the next takes the place.
func TestCoDelRefusesWhatWaits(t *testing.T) {
	c, err := policy.New(policy.Config{
		Router: first{}, Admission: NewCoDel(), Classes: []policy.Class{{}},
		Pools: []policy.Pool{{Cores: 1, Speed: 1, Limit: 1, Max: 1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []policy.EventKind{policy.WorkerPending, policy.WorkerRunning, policy.WorkerReady} {
		c.Step(0, &policy.Event{Kind: kind}, nil)
	}
	for id := range policy.RequestID(4) {
		c.Step(0, &policy.Event{Kind: policy.Arrival, Request: id}, nil)
	}
	got := append(words(c, 10*time.Second, 0), words(c, 20*time.Second, 1)...)
	want := []string{
		"request 0: deliver attempt 1", "request 1: attempt 1 on worker 0",
		"request 1: deliver attempt 1", "request 2: answer 429 (admission), try again after 1s", "request 3: attempt 1 on worker 0",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
}

// words are the commands that follow the answer of a request.
func words(c *policy.Controller, at time.Duration, id policy.RequestID) (out []string) {
	for _, cmd := range c.Step(at, &policy.Event{Kind: policy.Done, Request: id}, nil) {
		out = append(out, cmd.String())
	}
	return out
}
