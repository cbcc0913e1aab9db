package policytest

import (
	"testing"
	"time"

	"cnv/policy"
)

// A Lab is a Controller with a fleet that a unit test arranges by hand, so
// that a policy can be called directly on the Controller's own View: work in
// flight is booked where the test says, telemetry is what the test says.
type Lab struct {
	C    *policy.Controller
	Now  time.Duration
	Last []policy.Command // of the last event

	t       testing.TB
	ps      bool
	capture *capture
	workers policy.WorkerID
	next    policy.RequestID
}

// capture is the lab's own policies: it keeps the View it is shown, sends
// requests where the lab says and believes the work the lab says.
type capture struct {
	view   *policy.View
	to     policy.WorkerID
	choice policy.Choice
}

func (k *capture) Route(*policy.View, *policy.Request) (policy.WorkerID, bool) {
	return k.to, k.to != policy.NoWorker
}

func (k *capture) Decide(v *policy.View, _ *policy.Request, _ policy.WorkerID, _ bool) policy.Choice {
	k.view = v
	return k.choice
}

// NewLab returns a Lab. What the configuration leaves open gets a sensible
// value: one class, one pool of one-core workers of speed 1. Its policies
// are replaced by the lab's. It begins with one rejected request of no work.
func NewLab(t testing.TB, cfg policy.Config) *Lab {
	t.Helper()
	if len(cfg.Classes) == 0 {
		cfg.Classes = []policy.Class{{Name: "class"}}
	}
	if len(cfg.Pools) == 0 {
		cfg.Pools = []policy.Pool{{Name: "pool", Cores: 1, Speed: 1, Max: 1 << 20}}
	}
	k := &capture{to: policy.NoWorker, choice: policy.ToReject}
	cfg = cfg.Bare()
	cfg.Router, cfg.Spill, cfg.Estimator = k, k, told{}
	c, err := policy.New(cfg)
	if err != nil {
		t.Fatalf("policytest: %v", err)
	}
	l := &Lab{C: c, t: t, ps: cfg.PS, capture: k}
	l.step(policy.Event{Kind: policy.Arrival, Request: l.next}) // rejected; shows the View
	l.next++
	return l
}

// step feeds one event.
func (l *Lab) step(e policy.Event) {
	l.Last = l.C.Step(l.Now, &e, l.Last[:0])
}

// View is the Controller's View at Now.
func (l *Lab) View() *policy.View { return l.capture.view }

// ScaleView is View as scalers see it.
func (l *Lab) ScaleView() *policy.ScaleView { return &policy.ScaleView{View: l.capture.view} }

// At moves time on to an instant.
func (l *Lab) At(now time.Duration) {
	l.Now = now
	l.step(policy.Event{Kind: policy.Shed})
}

// Add brings n workers of a pool to ready and returns the first.
func (l *Lab) Add(n int, pool policy.PoolID) policy.WorkerID {
	first := l.workers
	for range n {
		for _, kind := range [...]policy.EventKind{policy.WorkerPending, policy.WorkerRunning, policy.WorkerReady} {
			l.step(policy.Event{Kind: kind, Worker: l.workers, Pool: pool})
		}
		l.workers++
	}
	return first
}

// Worker feeds an event about a worker: lost, notice, ...
func (l *Lab) Worker(kind policy.EventKind, w policy.WorkerID) {
	l.step(policy.Event{Kind: kind, Worker: w})
}

// Report feeds a worker's utilisation in [0, 1], measured just now.
func (l *Lab) Report(w policy.WorkerID, cpu float64) {
	l.step(policy.Event{Kind: policy.Telemetry, Worker: w, CPU: cpu, At: l.Now})
}

// Book sends a request of the given predicted work, CPU-seconds, to a
// worker, NoWorker for a function.
func (l *Lab) Book(w policy.WorkerID, work float64) policy.RequestID {
	l.t.Helper()
	l.capture.to, l.capture.choice = w, policy.ToWorker
	if w == policy.NoWorker {
		l.capture.choice = policy.ToFunction
	}
	l.step(policy.Event{Kind: policy.Arrival, Request: l.next, Truth: work, Idempotent: true})
	if len(l.Last) == 0 || l.Last[0].Worker != w || l.Last[0].Kind == policy.Reject {
		l.t.Fatalf("policytest: request of %v CPU-s for worker %d was not sent there: %+v", work, w, l.Last)
	}
	l.next++
	return l.next - 1
}

// Done ends the first attempt of a request.
func (l *Lab) Done(id policy.RequestID, status policy.Status) {
	l.step(policy.Event{Kind: policy.Done, Request: id, Status: status})
}

// Start gives a policy its random stream and the lab's configuration, as the
// Controller does, and returns it.
func Start[P any](l *Lab, p P) P {
	l.t.Helper()
	v := l.View()
	if s, ok := any(p).(policy.Starter); ok {
		env := policy.Env{
			Rand:    policy.NewRand(1, "policytest", 0),
			Classes: v.Classes(), Pools: v.Pools(), Functions: v.Functions(), PS: l.ps,
		}
		if err := s.Start(env); err != nil {
			l.t.Fatalf("policytest: %v", err)
		}
	}
	return p
}
