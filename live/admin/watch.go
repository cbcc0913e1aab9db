package admin

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"cnv/live"
	"cnv/policy"
	"cnv/policy/journal/account"
)

// A Watch remembers the last minutes for the dashboard: what was decided about
// the fleet and against requests, and how requests fared, second by second. It
// is told every step, as a live.Journal, and every request.
type Watch struct {
	names []string     // of the pools
	view  *policy.View // of the Controller, during Add; nil: it is not told what scalers saw
	// Why is what the log says of a lost worker or a failed launch; nil, or "": nothing.
	Why func(*policy.Event) string

	mu        sync.Mutex
	now       time.Duration
	ended     map[policy.WorkerID]bool // asked to end
	decisions []Decision
	answers   int // in all
	failures  int
	inside    account.Inside
	seconds   []Second // those in which anything happened; the last one may be the current
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
	Missed    int     `json:"missed"`         // the SLO
	Ready     int     `json:"ready"`          // workers, as all that follows at the last step of the second
	Wanted    int     `json:"wanted"`         // workers
	Inside    int     `json:"inside"`         // requests that the policies were asked about and that have not ended
	Queued    int     `json:"queued"`         // of those, at the gateway
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

// NewWatch returns a Watch; pools are the names of the pools, v what the policies
// see; nil: the reasons have no numbers.
func NewWatch(pools []string, v *policy.View) *Watch {
	return &Watch{names: pools, view: v, ended: map[policy.WorkerID]bool{}}
}

// Add takes one step.
func (w *Watch) Add(now time.Duration, e *policy.Event, cmds []policy.Command) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = now
	if text := w.event(e); text != "" {
		w.decided(now, text, w.source(e))
	}
	for i := range cmds {
		if text := w.command(&cmds[i]); text != "" {
			w.decided(now, text, w.because(e, &cmds[i]))
		}
	}
	w.fleet(e, cmds)
}

// fleet notes how many there are after a step.
func (w *Watch) fleet(e *policy.Event, cmds []policy.Command) {
	w.inside.Add(e, cmds)
	s := w.second(int(w.now.Seconds()))
	s.Inside, s.Ready, s.Wanted = w.inside.Len(), 0, 0
	if w.view == nil {
		return
	}
	s.Queued = w.view.Queued()
	for p := range w.names {
		n := w.view.Pool(policy.PoolID(p))
		if n.Desired < 0 { // it has not been sized yet
			n.Desired = n.Size()
		}
		s.Ready, s.Wanted = s.Ready+n.Ready, s.Wanted+n.Desired
	}
}

func (w *Watch) decided(now time.Duration, what, why string) {
	if len(w.decisions) == mostDecisions {
		w.decisions = slices.Delete(w.decisions, 0, 1)
	}
	w.decisions = append(w.decisions, Decision{now.Seconds(), what, why})
}

// event is a fact worth telling; "": it is not.
func (w *Watch) event(e *policy.Event) string {
	switch e.Kind {
	case policy.WorkerLost:
		if w.ended[e.Worker] { // as it was told
			delete(w.ended, e.Worker)
			return ""
		}
		return w.view.Tell(e)
	case policy.WorkerReady, policy.WorkerNotice, policy.LaunchFailed:
		return w.view.Tell(e)
	}
	return ""
}

// source is why a fact is one.
func (w *Watch) source(e *policy.Event) string {
	if w.Why != nil {
		if why := w.Why(e); why != "" {
			return why
		}
	}
	switch e.Kind {
	case policy.WorkerReady:
		return "it answers its health check"
	case policy.WorkerNotice:
		if e.At < 0 {
			return "an instance of the new version serves in its place"
		}
		return "its machine is to be taken away, as the cloud says"
	}
	return "the log says why"
}

// command is a decision worth telling; "": it is not.
func (w *Watch) command(c *policy.Command) string {
	switch c.Kind {
	case policy.Terminate:
		w.ended[c.Worker] = true
	case policy.Launch, policy.Drain, policy.Reject, policy.SetConcurrency, policy.SetKeepAlive:
	default:
		return ""
	}
	return w.view.TellCommand(c)
}

// because says what brought a decision about.
func (w *Watch) because(e *policy.Event, c *policy.Command) string {
	if e.Kind == policy.Wake && (c.Kind == policy.Launch || c.Kind == policy.Drain) && w.view != nil {
		return w.scaled(c)
	}
	return w.view.Tell(e)
}

// scaled is the numbers that a scaler saw when it sized a pool, and what it wants.
func (w *Watch) scaled(c *policy.Command) string {
	p := c.Pool
	if c.Kind == policy.Drain {
		p = w.view.Worker(c.Worker).Pool
	}
	n, load := w.view.Pool(p), (&policy.ScaleView{View: w.view}).Demand(time.Minute)
	return fmt.Sprintf("the scaler wants %d: %.1f arrivals/s, %.2f s of work per second (last minute); %d ready, %d launching or booting, %d draining",
		n.Desired, load.Arrivals, load.Work, n.Ready, n.Launching+n.Booting, n.Draining)
}

// Served is how many requests have ended, and how many of them with a status of
// 500 and above.
func (w *Watch) Served() (answers, failures int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.answers, w.failures
}

// Observe counts a request that has ended.
func (w *Watch) Observe(a *live.Answered) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.second(int(w.now.Seconds()))
	s.Answers++
	w.answers++
	if a.Kind == "function" {
		s.Functions++
	}
	if a.Status >= 500 {
		s.Failures++
		w.failures++
	}
	if a.Missed {
		s.Missed++
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
	w.seconds = append(w.seconds, w.last().next(at))
	return &w.seconds[len(w.seconds)-1]
}

// last is the newest second; w.mu is held.
func (w *Watch) last() Second {
	if n := len(w.seconds); n > 0 {
		return w.seconds[n-1]
	}
	return Second{}
}

// next is a later second in which nothing has happened yet.
func (s Second) next(at int) Second {
	return Second{AtS: at, Ready: s.Ready, Wanted: s.Wanted, Inside: s.Inside, Queued: s.Queued}
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
	s := Second{}
	for at := max(0, current-mostSeconds); at < current; at++ {
		i, ok := slices.BinarySearchFunc(w.seconds, at, func(s Second, at int) int { return s.AtS - at })
		switch {
		case ok:
			s = w.seconds[i]
		case i > 0:
			s = w.seconds[i-1].next(at)
		default:
			s = Second{AtS: at}
		}
		times := slices.Sorted(slices.Values(s.times))
		if n := len(times); n > 0 {
			s.P50, s.P99 = times[n/2], times[min(n-1, n*99/100)]
		}
		seconds = append(seconds, s)
	}
	return decisions, seconds
}
