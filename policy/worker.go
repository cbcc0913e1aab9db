package policy

import "time"

// WorkerState is where a worker is in its life.
type WorkerState uint8

// The states of a worker, in the order of its life.
const (
	StatePending   WorkerState = iota // launched, not running
	StateRunning                      // running and billed, not ready
	StateReady                        // requests may be sent to it
	StateDraining                     // finishes what it has, gets no more
	StateForgotten                    // dropped by the router, still running and billed
	StateLost                         // gone
)

// A Worker is what a gateway knows of one worker.
//
// Invariant: Launched <= Running <= Ready of those that are not -1; bucket >= 0 where requests may be
// sent to it.
type Worker struct {
	ID       WorkerID
	Pool     PoolID // of what it is
	For      PoolID // to whose size it counts: Pool, unless it was launched instead of one of another pool
	State    WorkerState
	Zone     uint8
	Cores    int32
	Speed    float64
	InFlight int32         // requests in flight there, as Config.Sight counts them: this gateway's own, exact, where it says nothing
	Own      int32         // requests this gateway has there; exact
	Failures int32         // attempts that failed since the last that did not
	Launched time.Duration // instants; -1 not yet
	Running  time.Duration
	Ready    time.Duration
	dropped  time.Duration // by the router
	gone     time.Duration
	CPU      float64       // utilisation in [0,1] as last reported
	AsOf     time.Duration // the instant CPU describes; -1 never reported
	reclaim  time.Duration // when it will be taken away, and is not terminated before; 0: nobody said so
	leaving  bool          // it has notice, and takes what fits until it is taken away

	samples Ring[sample] // utilisation reports of the last quarter of an hour

	busyAt  int32 // requests in flight from which it is busy
	placeAt int32 // and from which it takes none from the gateway's queue; not below busyAt

	standing standing      // Invariant: inService beyond StateReady
	tests    int32         // that it has yet to pass, onTest
	back     time.Duration // when it comes back, ejected

	place  int32   // position in the index of free slots; -1 not there
	bucket int32   // position in its bucket of the load index; -1 not ready
	freeAt float64 // lower bound of the instant at which it is free, seconds. Invariant: its key in the free index, where that is on

	jobs jobList
}

// A sample is one utilisation report.
type sample struct {
	at  time.Duration
	cpu float64
}

// SampleSpan is how long utilisation reports are kept.
const SampleSpan = 15 * time.Minute

// report keeps one utilisation report; one that is older than the last is
// late news and ignored.
func (w *Worker) report(at time.Duration, cpu float64) bool {
	if at <= w.AsOf {
		return false
	}
	w.AsOf, w.CPU = at, cpu
	for w.samples.Len() > 0 && w.samples.Front().at < at-SampleSpan {
		w.samples.Drop()
	}
	w.samples.Push(sample{at, cpu})
	return true
}

// meanCPU is the mean of the samples newer than since, false if there is none.
func (w *Worker) meanCPU(since time.Duration) (float64, bool) { return w.reported(since, w.AsOf) }

// reported is the mean of the samples in (from, to], false if there is none.
func (w *Worker) reported(from, to time.Duration) (float64, bool) {
	sum, n := 0.0, 0
	for i := w.samples.Len() - 1; i >= 0 && w.samples.At(i).at > from; i-- {
		if s := w.samples.At(i); s.at <= to {
			sum += s.cpu
			n++
		}
	}
	return sum / float64(max(n, 1)), n > 0
}
