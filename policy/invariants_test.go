package policy

import (
	"fmt"
	"math/bits"
	"slices"
	"testing"
)

// broken is what `Invariant:` in a comment says and does not hold; "": all of it does. Every
// step of a lab is followed by it.
func (c *Controller) broken() string {
	if what := c.fleet.broken(); what != "" {
		return what
	}
	if what := c.queue.broken(c); what != "" {
		return what
	}
	if what := c.timers.broken(); what != "" {
		return what
	}
	x := &c.table.index
	if n := len(x.places); bits.OnesCount(uint(n)) != 1 || int(x.mask) != n-1 {
		return fmt.Sprintf("%d places of requests, mask %b", n, x.mask)
	}
	if n := len(x.stragglers.cells); bits.OnesCount(uint(n)) > 1 || 2*x.stragglers.n > n {
		return fmt.Sprintf("%d stragglers in %d cells", x.stragglers.n, n)
	}
	return ""
}

// broken looks at the indexes of the fleet.
func (f *fleet) broken() string {
	var ready, places, loaded, leaving, outliers []WorkerID
	endless, waiting := 0, 0
	counts, kinds := make([]PoolCount, len(f.pools)), make([]int, len(f.pools))
	for i := range f.workers {
		w, n := &f.workers[i], &counts[f.workers[i].For]
		switch w.State {
		case StatePending, StateRunning:
			n.Booting++
		case StateReady:
			n.Ready++
			kinds[w.Pool]++
		case StateDraining:
			n.Draining++
		case StateForgotten:
			n.Forgotten++
		}
		if w.leaving && w.State == StateDraining && w.reclaim > 0 {
			leaving = append(leaving, w.ID)
		}
		if w.standing != inService {
			outliers = append(outliers, w.ID)
			if takes := f.panics || w.standing == onTest && w.Own == 0; takes != (w.bucket >= 0) || w.State > StateReady {
				return fmt.Sprintf("worker %d, %v, standing %d, %d in flight, panic %v: takes requests %v", w.ID, w.State, w.standing, w.InFlight, f.panics, w.bucket >= 0)
			}
		}
		if w.bucket < 0 {
			continue
		}
		ready = append(ready, w.ID)
		waiting += f.beyond(w, int(w.InFlight))
		if f.load.buckets[w.InFlight][w.bucket] != w.ID {
			return fmt.Sprintf("worker %d is not where the load index says", w.ID)
		}
		if w.InFlight < w.placeAt && w.Own < w.placeAt {
			places = append(places, w.ID)
		}
		if w.place >= 0 && (int(w.place) >= len(f.places) || f.places[w.place] != w.ID) {
			return fmt.Sprintf("worker %d is not at its place %d of %v", w.ID, w.place, f.places)
		}
		if f.cfg[w.Pool].Limit == 0 {
			endless++
		}
	}
	for _, b := range f.load.buckets {
		loaded = append(loaded, b...)
	}
	for p, n := range counts {
		n.Desired = f.pools[p].Desired
		for _, of := range f.under {
			n.Launching += of[p]
		}
		if n != f.pools[p] {
			return fmt.Sprintf("pool %d has %+v, counts %+v", p, n, f.pools[p])
		}
	}
	switch {
	case !slices.Equal(f.ofKind, kinds):
		return fmt.Sprintf("%v ready by kind, want %v", f.ofKind, kinds)
	case !slices.Equal(f.ready, ready):
		return fmt.Sprintf("ready %v, want %v", f.ready, ready)
	case !slices.Equal(f.outliers, outliers):
		return fmt.Sprintf("outliers %v, want %v", f.outliers, outliers)
	case !sameWorkers(f.places, places):
		return fmt.Sprintf("places of %v, want %v", f.places, places)
	case !sameWorkers(loaded, ready) || f.load.count != len(ready):
		return fmt.Sprintf("load index of %v, want %v", loaded, ready)
	case !slices.Equal(slices.Sorted(slices.Values(f.leaving)), leaving):
		return fmt.Sprintf("serving on notice %v, want %v", f.leaving, leaving)
	case f.endless != endless:
		return fmt.Sprintf("%d endless workers, want %d", f.endless, endless)
	case f.lines != nil && f.lines.waiting != waiting:
		return fmt.Sprintf("%d requests in lines, want %d", f.lines.waiting, waiting)
	}
	return f.free.broken(f, ready)
}

// broken looks at the heaps of an index that is on.
func (x *freeIndex) broken(f *fleet, ready []WorkerID) string {
	if !x.on {
		return ""
	}
	var ids []WorkerID
	for p, h := range x.heaps {
		for i, e := range h {
			id := WorkerID(e.Tie)
			ids = append(ids, id)
			if w := &f.workers[id]; x.places[id] != int32(i) || w.freeAt != e.Key || w.Pool != PoolID(p) {
				return fmt.Sprintf("worker %d is entry %d of pool %d with key %v, its place is %d, freeAt %v", id, i, p, e.Key, x.places[id], w.freeAt)
			}
		}
	}
	if !sameWorkers(ids, ready) {
		return fmt.Sprintf("free index of %v, want %v", ids, ready)
	}
	return ""
}

// broken looks at the lanes and counts those that wait.
func (q *queue) broken(c *Controller) string {
	n := 0
	for d := range q.lanes {
		l := &q.lanes[d]
		if used := q.used&(1<<d) != 0; used != (l.fifo.Len()+len(l.heap) > 0) {
			return fmt.Sprintf("lane %d: used %v, with %d and %d entries", d, used, l.fifo.Len(), len(l.heap))
		}
		waits := func(e *queued) {
			if c.table.At(e.Value.slot).waits == e.Value.number {
				n++
			}
		}
		for i := range l.fifo.Len() {
			if waits(l.fifo.At(i)); i > 0 && l.fifo.At(i).Before(l.fifo.At(i-1)) {
				return fmt.Sprintf("lane %d: entry %d comes before the one before it", d, i)
			}
		}
		for i := range l.heap {
			waits(&l.heap[i])
		}
		if b := len(l.fifo.buf); bits.OnesCount(uint(b)) > 1 || l.fifo.n > b {
			return fmt.Sprintf("lane %d: %d in a ring of %d", d, l.fifo.n, b)
		}
	}
	if n != q.n {
		return fmt.Sprintf("%d requests wait, counted as %d", n, q.n)
	}
	return ""
}

// broken looks at the order of the rings.
func (t *timers) broken() string {
	for i := range t.rings {
		q := &t.rings[i].q
		for k := 1; k < q.Len(); k++ {
			if q.At(k).before(*q.At(k - 1)) {
				return fmt.Sprintf("ring %d: timer %d is before the one before it", i, k)
			}
		}
	}
	return ""
}

// sameWorkers says whether two lists have the same workers.
func sameWorkers(a, b []WorkerID) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// TestBrokenIsFound: what breaks an invariant is told.
func TestBrokenIsFound(t *testing.T) {
	for name, does := range map[string]func(c *Controller){
		"ready":     func(c *Controller) { slices.Reverse(c.fleet.ready) },
		"places":    func(c *Controller) { c.fleet.places = c.fleet.places[:1] },
		"place":     func(c *Controller) { slices.Reverse(c.fleet.places) },
		"endless":   func(c *Controller) { c.fleet.endless++ },
		"load":      func(c *Controller) { c.fleet.load.count-- },
		"counts":    func(c *Controller) { c.fleet.pools[0].Ready-- },
		"free":      func(c *Controller) { c.View().EarliestFree(0); c.fleet.workers[1].freeAt++ },
		"used":      func(c *Controller) { c.queue.used |= 1 },
		"waiting":   func(c *Controller) { c.queue.n++ },
		"mask":      func(c *Controller) { c.table.index.mask++ },
		"straggler": func(c *Controller) { c.table.index.stragglers.n++ },
		"ring": func(c *Controller) {
			c.timers.ring(1).q.Push(timer{at: 2})
			c.timers.ring(1).q.Push(timer{at: 1})
		},
	} {
		l := newLab(t, 2, Config{})
		if what := l.c.broken(); what != "" {
			t.Fatalf("%s: %s", name, what)
		}
		if does(l.c); l.c.broken() == "" {
			t.Errorf("%s: not found", name)
		}
	}
}
