package policy

import "time"

// A freeIndex finds the worker of a pool that will be free first. It is a
// heap by the instant at which the work left will be done. That instant only
// moves later while nothing happens at a worker (requests outlive their
// predictions), so stored keys are lower bounds, and looking at the top until
// it is fresh gives the true minimum. Kept only once a policy has asked.
type freeIndex struct {
	on     bool
	heaps  []Heap[float64, struct{}] // by pool. Invariant: where on, all ready workers, by their freeAt
	places Places                    // of workers in them
}

// earliest is View.EarliestFree.
func (x *freeIndex) earliest(v *View, p PoolID) (WorkerID, bool) {
	f := v.f
	if !x.on {
		x.on = true
		for _, id := range f.ready {
			f.enter(v.Now, &f.workers[id])
		}
	}
	if int(p) >= len(x.heaps) || len(x.heaps[p]) == 0 {
		return NoWorker, false
	}
	for {
		w := &f.workers[x.heaps[p][0].Tie]
		at := f.freeAt(v.Now, w)
		if at <= w.freeAt+1e-9 {
			return w.ID, true
		}
		w.freeAt = at
		x.move(w)
	}
}

// freeAt is the predicted instant, in seconds, at which a worker has nothing
// left to do; 0 if it has nothing now.
func (f *fleet) freeAt(now time.Duration, w *Worker) float64 {
	if w.Own == 0 {
		return 0
	}
	return inSeconds(now) + f.workLeft(now, w.ID)/(float64(w.Cores)*w.Speed)
}

// rekey follows a change of the work left at a worker that had n requests in
// flight. What is added or taken away moves the lower bound by as much, so
// the requests there need not be looked at.
func (f *fleet) rekey(now time.Duration, w *Worker, n int32, work float64) {
	switch {
	case w.InFlight == 0:
		w.freeAt = 0
	case n == 0:
		w.freeAt = inSeconds(now) + work/(float64(w.Cores)*w.Speed)
	default:
		w.freeAt += work / (float64(w.Cores) * w.Speed)
	}
	f.free.move(w)
}

// reorder rebuilds the index after attempts were given other predicted works.
func (f *fleet) reorder(now time.Duration) {
	if !f.free.on {
		return
	}
	for p := range f.free.heaps {
		f.free.heaps[p] = f.free.heaps[p][:0]
	}
	for _, id := range f.ready {
		f.enter(now, &f.workers[id])
	}
}

// enter puts a ready worker into the index.
func (f *fleet) enter(now time.Duration, w *Worker) {
	x := &f.free
	for len(x.heaps) <= int(w.Pool) {
		x.heaps = append(x.heaps, nil)
	}
	for len(x.places) < len(f.workers) {
		x.places = append(x.places, -1)
	}
	w.freeAt = f.freeAt(now, w)
	x.heaps[w.Pool].Put(x.places, w.due())
}

// leave takes a worker out of the index.
func (f *fleet) leave(w *Worker) { f.free.heaps[w.Pool].Remove(f.free.places, int32(w.ID)) }

// move follows a change of freeAt.
func (x *freeIndex) move(w *Worker) { x.heaps[w.Pool].Move(x.places, w.due()) }

// due is a worker's entry in the index: in order of (freeAt, ID).
func (w *Worker) due() Entry[float64, struct{}] {
	return Entry[float64, struct{}]{Key: w.freeAt, Tie: uint64(w.ID)}
}
