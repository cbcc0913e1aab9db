package route

import "cnv/policy"

// deadlines is a queue of turns: each worker has an instant of its own, in no unit of time,
// at which its turn is, and who has had a turn is put off. Ties go to who was put off
// first. Every operation is O(log n). Source: Envoy's EdfScheduler.
type deadlines struct {
	on     bool
	now    float64 // the instant of the last turn
	seq    uint64
	queue  policy.Heap[float64, struct{}]
	places policy.Places
}

// add gives a worker its first turn, a gap from now.
func (d *deadlines) add(id policy.WorkerID, gap float64) {
	for len(d.places) <= int(id) {
		d.places = append(d.places, -1)
	}
	d.queue.Put(d.places, d.next(uint64(id), gap))
}

// remove takes a worker out, if it is in.
func (d *deadlines) remove(id policy.WorkerID) {
	if int(id) < len(d.places) && d.places[id] >= 0 {
		d.queue.Remove(d.places, int32(id))
	}
}

// first is the worker whose turn is next; there must be one.
func (d *deadlines) first() policy.WorkerID {
	return policy.WorkerID(d.queue[0].Tie & (1<<policy.PlaceBits - 1))
}

// putOff gives the first its next turn, a gap after this one, which is now.
func (d *deadlines) putOff(gap float64) {
	d.now = d.queue[0].Key
	d.queue.Move(d.places, d.next(uint64(d.first()), gap))
}

// next is the entry of a turn a gap from now.
func (d *deadlines) next(id uint64, gap float64) policy.Entry[float64, struct{}] {
	d.seq++
	return policy.Entry[float64, struct{}]{Key: d.now + gap, Tie: d.seq<<policy.PlaceBits | id}
}

// forget takes all out.
func (d *deadlines) forget() {
	if !d.on {
		return
	}
	for _, e := range d.queue {
		d.places[e.Tie&(1<<policy.PlaceBits-1)] = -1
	}
	d.on, d.queue = false, d.queue[:0]
}
