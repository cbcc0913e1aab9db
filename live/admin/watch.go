package admin

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"cnv/live"
	"cnv/policy"
)

// A Watch remembers the last minutes for the dashboard: what was decided about
// the fleet and against requests, and how requests fared, second by second. It
// is told every step, as a live.Journal, and every request.
type Watch struct {
	names []string // of the pools

	mu        sync.Mutex
	now       time.Duration
	ended     map[policy.WorkerID]bool // asked to end
	decisions []Decision
	seconds   []Second // those with answers; the last one may be the current
}

// A Decision is a command worth telling, with what brought it about.
type Decision struct {
	AtS     float64 `json:"at_s"`
	What    string  `json:"what"`
	Because string  `json:"because"`
}

// A Second is how requests fared that ended in it.
type Second struct {
	AtS       int     `json:"at_s"`
	Answers   int     `json:"answers"`
	Functions int     `json:"functions"`      // of the answers
	Failures  int     `json:"failures"`       // status 500 and above
	P50       float64 `json:"p50_s,omitzero"` // response times; left out if nothing was answered
	P99       float64 `json:"p99_s,omitzero"`

	times []float64
}

// How much is remembered.
const (
	mostDecisions = 60
	mostSeconds   = 180
	mostTimes     = 2000 // response times of one second
)

// NewWatch returns a Watch; pools are the names of the pools.
func NewWatch(pools []string) *Watch {
	return &Watch{names: pools, ended: map[policy.WorkerID]bool{}}
}

// Add takes one step.
func (w *Watch) Add(now time.Duration, e *policy.Event, cmds []policy.Command) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = now
	if text := w.event(e); text != "" {
		w.decided(now, text, "it happened")
	}
	for i := range cmds {
		if text := w.command(&cmds[i]); text != "" {
			w.decided(now, text, because(e))
		}
	}
}

func (w *Watch) decided(now time.Duration, what, why string) {
	if len(w.decisions) == mostDecisions {
		w.decisions = slices.Delete(w.decisions, 0, 1)
	}
	w.decisions = append(w.decisions, Decision{now.Seconds(), what, why})
}

func (w *Watch) pool(p policy.PoolID) string {
	if int(p) < len(w.names) && p >= 0 {
		return w.names[p]
	}
	return "?"
}

// event is a fact worth telling; "": it is not.
func (w *Watch) event(e *policy.Event) string {
	switch e.Kind {
	case policy.WorkerReady:
		return fmt.Sprintf("worker %d is ready", e.Worker)
	case policy.WorkerLost:
		if w.ended[e.Worker] { // as it was told
			delete(w.ended, e.Worker)
			return ""
		}
		return fmt.Sprintf("worker %d is lost", e.Worker)
	case policy.WorkerNotice:
		return fmt.Sprintf("worker %d will be taken away", e.Worker)
	case policy.LaunchFailed:
		return fmt.Sprintf("%d launches in %s have failed", e.N, w.pool(e.Pool))
	}
	return ""
}

// command is a decision worth telling; "": it is not.
func (w *Watch) command(c *policy.Command) string {
	switch c.Kind {
	case policy.Launch:
		return fmt.Sprintf("launch %d in %s", c.N, w.pool(c.Pool))
	case policy.Drain:
		return fmt.Sprintf("drain worker %d", c.Worker)
	case policy.Terminate:
		w.ended[c.Worker] = true
		return fmt.Sprintf("terminate worker %d", c.Worker)
	case policy.Reject:
		return fmt.Sprintf("reject request %d with %d", c.Request, c.N)
	case policy.SetConcurrency:
		return fmt.Sprintf("keep %d function environments ready", c.N)
	}
	return ""
}

// because says what brought a decision about.
func because(e *policy.Event) string {
	switch e.Kind {
	case policy.Wake:
		return "the scaler's or a policy's own time had come"
	case policy.Arrival:
		return fmt.Sprintf("request %d arrived", e.Request)
	case policy.Done:
		return fmt.Sprintf("an attempt of request %d ended", e.Request)
	case policy.WorkerDrained:
		return fmt.Sprintf("worker %d was drained", e.Worker)
	case policy.WorkerLost:
		return fmt.Sprintf("worker %d was lost", e.Worker)
	case policy.WorkerNotice:
		return fmt.Sprintf("worker %d will be taken away", e.Worker)
	case policy.Resize, policy.Resume:
		return "an operator asked for it"
	}
	return "something else happened"
}

// Observe counts a request that has ended.
func (w *Watch) Observe(a *live.Answered) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.second(int(w.now.Seconds()))
	s.Answers++
	if a.Kind == "function" {
		s.Functions++
	}
	if a.Status >= 500 {
		s.Failures++
	}
	if len(s.times) < mostTimes {
		s.times = append(s.times, a.Took.Seconds())
	}
}

// second is the current one; w.mu is held.
func (w *Watch) second(at int) *Second {
	if n := len(w.seconds); n > 0 && w.seconds[n-1].AtS == at {
		return &w.seconds[n-1]
	}
	if len(w.seconds) > mostSeconds {
		w.seconds = slices.Delete(w.seconds, 0, 1)
	}
	w.seconds = append(w.seconds, Second{AtS: at})
	return &w.seconds[len(w.seconds)-1]
}

// Recent is what is remembered at an instant, the newest decision first. The
// seconds are those that are over, also those in which nothing ended.
func (w *Watch) Recent(now time.Duration) ([]Decision, []Second) {
	w.mu.Lock()
	defer w.mu.Unlock()
	decisions := slices.Clone(w.decisions)
	slices.Reverse(decisions)
	current := int(now.Seconds())
	seconds := []Second{}
	for at := max(0, current-mostSeconds); at < current; at++ {
		s := Second{AtS: at}
		if i, ok := slices.BinarySearchFunc(w.seconds, at, func(s Second, at int) int { return s.AtS - at }); ok {
			s = w.seconds[i]
		}
		times := slices.Sorted(slices.Values(s.times))
		if n := len(times); n > 0 {
			s.P50, s.P99 = times[n/2], times[min(n-1, n*99/100)]
		}
		seconds = append(seconds, s)
	}
	return decisions, seconds
}
