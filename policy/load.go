package policy

// A loadIndex keeps the ready workers in buckets by requests in flight, so
// that the least loaded and the idle ones are found without a scan. Every
// operation but busiest is O(1), amortised.
// Requests in flight are small integers that change by one: buckets do what a heap would need O(log n)
// for, and give a policy all that tie at once.
type loadIndex struct {
	buckets [][]WorkerID // by requests in flight. Invariant: each ready worker once, at its Worker.bucket
	count   int
	total   int // requests in flight at all of them
	min     int // no worker is in a bucket below; exact when count > 0
}

// add puts a worker into the bucket of its requests in flight.
func (x *loadIndex) add(w *Worker) {
	if x.count == 0 {
		x.min = int(w.InFlight)
	}
	x.count++
	x.total += int(w.InFlight)
	x.put(w)
	x.min = min(x.min, int(w.InFlight))
}

// put puts a worker into the bucket of its requests in flight; min is the caller's.
func (x *loadIndex) put(w *Worker) {
	n := int(w.InFlight)
	for len(x.buckets) <= n {
		x.buckets = append(x.buckets, nil)
	}
	b := &x.buckets[n]
	w.bucket = int32(len(*b))
	*b = append(*b, w.ID)
}

// take takes a worker out of the bucket of n requests in flight.
// The last of the bucket takes its place, which is why the order within one is arbitrary; it depends on
// nothing but the sequence of events, so it is the same in every run.
func (x *loadIndex) take(ws []Worker, w *Worker, n int32) {
	b := &x.buckets[n]
	end := len(*b) - 1
	if last := (*b)[end]; last != w.ID {
		(*b)[w.bucket] = last
		ws[last].bucket = w.bucket
	}
	*b = (*b)[:end]
}

// remove takes a worker that had n requests in flight out of the index.
func (x *loadIndex) remove(ws []Worker, w *Worker, n int32) {
	x.take(ws, w, n)
	w.bucket = -1
	x.count--
	x.total -= int(n)
	x.settle()
}

// move follows a change of w.InFlight by one, from n. So where the lowest bucket in use is
// left empty, the worker's is the next.
func (f *fleet) move(w *Worker, n int32) {
	x := &f.load
	x.take(f.workers, w, n)
	x.total += int(w.InFlight - n)
	x.put(w)
	if to := int(w.InFlight); to < x.min || len(x.buckets[x.min]) == 0 {
		x.min = to
	}
}

// settle moves min up to the first bucket in use.
func (x *loadIndex) settle() {
	for x.count > 0 && len(x.buckets[x.min]) == 0 {
		x.min++
	}
}

// least is the bucket of the least loaded workers.
func (x *loadIndex) least() []WorkerID {
	if x.count == 0 {
		return nil
	}
	return x.buckets[x.min]
}

// at is the bucket of the workers with n requests in flight.
func (x *loadIndex) at(n int) []WorkerID {
	if n >= len(x.buckets) {
		return nil
	}
	return x.buckets[n]
}

// busiest is a worker with the most requests in flight below limit.
func (x *loadIndex) busiest(limit int) (WorkerID, bool) {
	if x.count == 0 {
		return NoWorker, false
	}
	for n := min(limit, len(x.buckets)) - 1; n >= x.min; n-- {
		if b := x.buckets[n]; len(b) > 0 {
			return b[len(b)-1], true
		}
	}
	return NoWorker, false
}
