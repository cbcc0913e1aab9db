package live

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"cnv/policy"
)

// Workers are the workers that were announced to the brain, with what is in
// flight on each. It posts the events in the life of a worker.
type Workers struct {
	brain *Brain
	log   *slog.Logger

	mu  sync.Mutex
	all []*Worker // by WorkerID

	failures map[policy.PoolID]string // why the last launch of a pool has failed
}

// A Worker is one of them.
type Worker struct {
	ID      policy.WorkerID
	Pool    policy.PoolID
	Address string  // host:port
	Speed   float64 // of its cores, relative to the reference vCPU
	Cores   int

	told     atomic.Bool // of a CPU time that cannot be
	deaf     atomic.Bool // likewise, of a probe without an answer
	of       *Workers
	mu       sync.Mutex
	running  map[*attempt]struct{}
	held     int // calls that have not ended, under a policy.Leaver: of attempts that may have
	draining bool
	ends     time.Duration // when it will be taken away; 0: nobody said so
	lost     bool
	why      string          // it is; empty: it was told to end
	alive    context.Context // ends when the worker is lost
	die      context.CancelFunc
	suspect  func() // told when an attempt has failed; nil: nobody is
}

// NewWorkers returns an empty set.
func NewWorkers(b *Brain, log *slog.Logger) *Workers {
	return &Workers{brain: b, log: log, failures: map[policy.PoolID]string{}}
}

// Announce adds a worker; asked is policy.Asked or policy.Unasked, suspect is told when
// an attempt has failed there.
func (s *Workers) Announce(p policy.PoolID, zone uint8, asked int32, address string, speed float64, suspect func()) *Worker {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := &Worker{
		ID: policy.WorkerID(len(s.all)), Pool: p, Address: address, Speed: speed, Cores: s.brain.ctrl.View().Pools()[p].Cores,
		of: s, running: map[*attempt]struct{}{}, suspect: suspect,
	}
	w.alive, w.die = context.WithCancel(context.Background())
	s.all = append(s.all, w)
	s.brain.Post(policy.Event{Kind: policy.WorkerPending, Worker: w.ID, Pool: p, Zone: zone, N: asked})
	return w
}

// Find is the worker with an ID; nil if there is none.
func (s *Workers) Find(id policy.WorkerID) *Worker {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id < 0 || int(id) >= len(s.all) {
		return nil
	}
	return s.all[id]
}

// LaunchFailed says that n launches came to nothing, and why (nil: nobody said so).
func (s *Workers) LaunchFailed(p policy.PoolID, n int, why error) {
	s.mu.Lock()
	s.failures[p] = ""
	if why != nil {
		s.failures[p] = why.Error()
	}
	s.mu.Unlock()
	s.brain.Post(policy.Event{Kind: policy.LaunchFailed, Pool: p, N: int32(n)})
}

// Why is the reason of a WorkerLost or LaunchFailed, as the log has it (of launches
// that of the pool's last); "" there is none.
func (s *Workers) Why(e *policy.Event) string {
	if e.Kind == policy.LaunchFailed {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.failures[e.Pool]
	}
	w := s.Find(e.Worker)
	if w == nil || e.Kind != policy.WorkerLost {
		return ""
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.why
}

// Running says that the worker runs, and is billed.
func (w *Worker) Running() { w.post(policy.Event{Kind: policy.WorkerRunning}) }

// Ready says that the worker answers its health check.
func (w *Worker) Ready() { w.post(policy.Event{Kind: policy.WorkerReady}) }

// Telemetry says how busy the worker's cores were, at an instant.
func (w *Worker) Telemetry(at time.Duration, cpu float64) {
	w.post(policy.Event{Kind: policy.Telemetry, At: at, CPU: cpu})
}

// Notice says that the worker will be taken away at an instant.
func (w *Worker) Notice(at time.Duration) {
	at = max(at, 1) // 0 is that nobody said so
	w.mu.Lock()
	w.ends = at
	w.mu.Unlock()
	w.post(policy.Event{Kind: policy.WorkerNotice, At: at})
}

// Replaced says that another worker serves in this one's place.
func (w *Worker) Replaced() { w.post(policy.Event{Kind: policy.WorkerNotice, At: -1}) }

// early is how much sooner than it was told a worker may be taken away: the instant
// of a spot notice is approximate.
const early = 10 * time.Second

// takenAway says whether the worker was to be taken away by now.
func (w *Worker) takenAway() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ends > 0 && w.of.brain.Now() >= w.ends-early
}

func (w *Worker) post(e policy.Event) {
	e.Worker = w.ID
	w.of.brain.Post(e)
}

// Lose says that the worker is gone, once, and why (nil: it was told to end): what is
// in flight there has failed.
func (w *Worker) Lose(why error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.lost {
		return
	}
	w.lost = true
	if why != nil {
		w.why = why.Error()
	}
	w.post(policy.Event{Kind: policy.WorkerLost})
	w.die()
	for a := range w.running {
		a.cancel(errWorkerLost)
	}
}

// Drain watches for the end of what is in flight and says so.
func (w *Worker) Drain() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.draining = true
	w.drained()
}

// InFlight is the number of attempts under way there.
func (w *Worker) InFlight() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.running)
}

// drained posts WorkerDrained once there is nothing left; w.mu is held.
func (w *Worker) drained() {
	if w.draining && len(w.running) == 0 && w.held == 0 && !w.lost {
		w.draining = false
		w.post(policy.Event{Kind: policy.WorkerDrained})
	}
}

// begin books an attempt. It is called on the brain's goroutine.
func (s *Workers) begin(id policy.WorkerID, a *attempt) *Worker {
	w := s.Find(id)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running[a] = struct{}{}
	if w.lost {
		a.cancel(errWorkerLost)
	}
	return w
}

// end takes an attempt off the books, after the brain was told.
func (w *Worker) end(a *attempt) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.running, a)
	w.drained()
}

// holds counts calls that the worker has.
func (w *Worker) holds(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.held += n
	w.drained()
}

// failed notes that an attempt failed, and why.
func (w *Worker) failed(e policy.Event, err error) {
	if e.Status != policy.Error {
		return
	}
	w.of.log.Debug("attempt failed", "worker", w.ID, "address", w.Address, "unstarted", e.Unstarted, "err", err)
	if w.suspect != nil {
		w.suspect()
	}
}
