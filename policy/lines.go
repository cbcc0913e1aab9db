package policy

// lines counts the requests in the lines of the ready workers. Kept only once a policy has
// asked.
type lines struct {
	waiting int // Invariant: what is beyond the slots (or cores, where slots are unlimited) of ready workers
}

// beyond is how many of n requests in flight at a worker have no slot there.
func (f *fleet) beyond(w *Worker, n int) int { return max(n-int(w.busyAt), 0) }

// Waiting is the number of requests that wait: at the gateway, and in the lines of ready
// workers beyond their slots (or cores, where slots are unlimited, as under processor
// sharing). O(1) but for the first call, which looks at every worker.
func (v *View) Waiting() int {
	f := v.f
	if f.lines == nil {
		f.lines = &lines{}
		for _, id := range f.ready {
			w := &f.workers[id]
			f.lines.waiting += f.beyond(w, int(w.InFlight))
		}
	}
	return v.c.queue.n + f.lines.waiting
}

// FunctionWill says whether a function would take the request now: one fits, and the Spill
// sends it there where the Router has no host. It asks the Spill, once more than the
// placement does.
func (v *View) FunctionWill(r *Request) bool {
	return v.FunctionFits(r) && v.c.wouldSpill(v.c.cfg.Spill, r, NoWorker)
}
