package policy

import "time"

// A freeIndex finds the worker of a pool that will be free first. It is a
// heap by the instant at which the work left will be done. That instant only
// moves later while nothing happens at a worker (requests outlive their
// predictions), so stored keys are lower bounds, and looking at the top until
// it is fresh gives the true minimum. Kept only once a policy has asked.
type freeIndex struct {
	on    bool
	heaps [][]WorkerID // by pool
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
		w := &f.workers[x.heaps[p][0]]
		at := f.freeAt(v.Now, w)
		if at <= w.freeAt+1e-9 {
			return w.ID, true
		}
		w.freeAt = at
		x.down(f, p, 0)
	}
}

// freeAt is the predicted instant, in seconds, at which a worker has nothing
// left to do; 0 if it has nothing now.
func (f *fleet) freeAt(now time.Duration, w *Worker) float64 {
	if w.InFlight == 0 {
		return 0
	}
	return inSeconds(now) + f.workLeft(now, w.ID)/(float64(w.Cores)*w.Speed)
}

// rekey follows a change of the work left at a worker that had n requests in
// flight. What is added or taken away moves the lower bound by as much, so
// the requests there need not be looked at.
func (f *fleet) rekey(now time.Duration, w *Worker, n int, work float64) {
	switch {
	case w.InFlight == 0:
		w.freeAt = 0
	case n == 0:
		w.freeAt = inSeconds(now) + work/(float64(w.Cores)*w.Speed)
	default:
		w.freeAt += work / (float64(w.Cores) * w.Speed)
	}
	f.free.fix(f, w.Pool, w.heap)
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
	w.freeAt = f.freeAt(now, w)
	w.heap = int32(len(x.heaps[w.Pool]))
	x.heaps[w.Pool] = append(x.heaps[w.Pool], w.ID)
	x.up(f, w.Pool, w.heap)
}

// leave takes a worker out of the index.
func (f *fleet) leave(w *Worker) {
	h := f.free.heaps[w.Pool]
	i := w.heap
	last := &f.workers[h[len(h)-1]]
	f.free.heaps[w.Pool] = h[:len(h)-1]
	w.heap = -1
	if last != w {
		h[i], last.heap = last.ID, i
		f.free.fix(f, w.Pool, i)
	}
}

// less orders by (freeAt, ID).
func (x *freeIndex) less(f *fleet, a, b WorkerID) bool {
	p, q := f.workers[a].freeAt, f.workers[b].freeAt
	return p < q || p == q && a < b
}

// fix restores the heap after the key at i changed.
func (x *freeIndex) fix(f *fleet, p PoolID, i int32) {
	x.up(f, p, i)
	x.down(f, p, i)
}

func (x *freeIndex) up(f *fleet, p PoolID, i int32) {
	h := x.heaps[p]
	for i > 0 && x.less(f, h[i], h[(i-1)/2]) {
		x.swap(f, h, i, (i-1)/2)
		i = (i - 1) / 2
	}
}

func (x *freeIndex) down(f *fleet, p PoolID, i int32) {
	h := x.heaps[p]
	for {
		c := 2*i + 1
		if c >= int32(len(h)) {
			return
		}
		if r := c + 1; r < int32(len(h)) && x.less(f, h[r], h[c]) {
			c = r
		}
		if !x.less(f, h[c], h[i]) {
			return
		}
		x.swap(f, h, i, c)
		i = c
	}
}

func (x *freeIndex) swap(f *fleet, h []WorkerID, i, j int32) {
	h[i], h[j] = h[j], h[i]
	f.workers[h[i]].heap, f.workers[h[j]].heap = i, j
}
