package route

import (
	"fmt"
	"time"

	"cnv/policy"
)

// Hiku lets workers pull: a worker that ends a request of a class is warm for it and, as soon
// as it has a free slot, joins the idle queue of that class; a request takes the worker of
// its class's queue with the fewest requests in flight. Where the queue is empty, or that
// worker has no free slot any more, it goes to the worker with the fewest in flight, ties at
// random.
//
// A place in the queue is for one request, and a worker has at most as many of a class as it
// serves at once. A place that has waited for longer than Keep is taken for evicted, and one
// of a worker that is ready no more is dropped. Places are in order of the requests in
// flight when the worker joined; one whose worker has more by the time it is first goes
// back to where it belongs. O(log places), amortised.
//
// Source: Hiku 2025, arXiv:2502.15534 (pull-based scheduling for serverless computing).
type Hiku struct {
	Keep time.Duration `toml:"keep" doc:"how long an idle environment stays warm; 0s: for ever" range:"1m:1h" set:"yes"`

	rand   *policy.Rand
	queues []policy.Heap[int32, time.Duration] // by class; Value: since when; Key: requests in flight
	counts [][]int32                           // places by class and worker
	seq    uint64

	took   policy.WorkerID // by the last decision
	pulled bool            // from the queue of its class
}

// Validate checks the parameters.
func (p *Hiku) Validate() error {
	if p.Keep < 0 {
		return fmt.Errorf("keep = %v, must not be negative", p.Keep)
	}
	return nil
}

// Start implements policy.Starter.
func (p *Hiku) Start(e policy.Env) error {
	p.rand = e.Rand
	p.queues = make([]policy.Heap[int32, time.Duration], len(e.Classes))
	p.counts = make([][]int32, len(e.Classes))
	return nil
}

// Done implements policy.Observer: the worker is warm for the class, and idle if it has a
// free slot.
func (p *Hiku) Done(v *policy.View, o *policy.Outcome) {
	if o.Status != policy.OK || o.Worker == policy.NoWorker {
		return
	}
	w, class := v.Worker(o.Worker), o.Request.Class
	for len(p.counts[class]) <= int(w.ID) {
		p.counts[class] = append(p.counts[class], 0)
	}
	places := &p.counts[class][w.ID]
	if v.Takes(w.ID) && !v.Busy(w.ID) && int(*places) < fullAt(&v.Pools()[w.Pool], 0) {
		*places++
		p.push(class, w, v.Now)
	}
}

// push puts a worker into the queue of a class, behind those with as many in flight.
func (p *Hiku) push(class policy.ClassID, w *policy.Worker, since time.Duration) {
	p.seq++
	p.queues[class].Push(policy.Entry[int32, time.Duration]{Value: since, Key: w.InFlight, Tie: p.seq<<policy.PlaceBits | uint64(w.ID)})
}

// Route implements policy.Router.
func (p *Hiku) Route(v *policy.View, r *policy.Request) (policy.WorkerID, bool) {
	if p.took = p.pull(v, r.Class); p.took != policy.NoWorker {
		p.pulled = true
		return p.took, true
	}
	p.pulled = false
	least := v.Least()
	if len(least) == 0 {
		return policy.NoWorker, false
	}
	p.took = least[p.rand.IntN(len(least))]
	return p.took, true
}

// pull takes the first place of a class; NoWorker if there is none of a worker with a free
// slot.
func (p *Hiku) pull(v *policy.View, class policy.ClassID) policy.WorkerID {
	q := &p.queues[class]
	for len(*q) > 0 {
		e := (*q)[0]
		w := v.Worker(policy.WorkerID(e.Tie & (1<<policy.PlaceBits - 1)))
		gone := !v.Takes(w.ID) || p.Keep > 0 && v.Now-e.Value > p.Keep
		if !gone && w.InFlight > e.Key {
			q.Pop()
			p.push(class, w, e.Value)
			continue
		}
		if !gone && v.Busy(w.ID) {
			break
		}
		q.Pop()
		p.counts[class][w.ID]--
		if !gone {
			return w.ID
		}
	}
	return policy.NoWorker
}

// Explain implements policy.Explainer: whether a warm worker was idle.
func (p *Hiku) Explain(v *policy.View, r *policy.Request) []string {
	line := fmt.Sprintf("worker %d: %d in flight", p.took, v.Worker(p.took).InFlight)
	class := v.Classes()[r.Class].Name
	switch {
	case len(v.Ready()) == 1:
		line += theOnlyOne
	case p.pulled:
		line += fmt.Sprintf(": taken, the fewest of those that are warm for %s", class)
	default:
		line += fmt.Sprintf(": taken, the fewest of %d workers, as none is warm for %s", len(v.Ready()), class)
	}
	return []string{line}
}
