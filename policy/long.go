package policy

import "time"

// longWork is a request that is predicted to take one core longer than a bin. For
// windows that are shorter than the prediction it counts as what it takes of a core
// for as long as it runs. For the others its prediction counts in its bin, and what
// it has taken, once that is known, takes the place of the prediction.
//
// Invariant: lasts is more than a bin.
type longWork struct {
	state longState
	kind  demandKind
	from  time.Duration
	lasts time.Duration // predicted, on a core of the first pool
	until time.Duration // when it ended
	work  float64       // as counted in its bin, CPU-seconds
	took  float64       // of its last attempt that ran, CPU-seconds; 0: none has
	rate  float64       // CPU-seconds per second while it runs
}

// longState is what is known of the end of a longWork.
type longState uint8

const (
	longFree     longState = iota // no request: may be used again
	longOpen                      // in flight: counts until it ends
	longEnded                     // has ended after it ran
	longPromised                  // has ended without running: counts as long as it was predicted to run
)

// keep remembers work that takes longer than a bin, and returns its number: 0 for
// work that takes less.
func (d *demand) keep(from time.Duration, kind demandKind, work float64, state longState) int32 {
	if work <= float64(demandBin)/1e9*d.speed {
		return 0
	}
	w := longWork{state: state, kind: kind, from: from, lasts: seconds(work / d.speed), work: work, rate: d.speed}
	if n := len(d.free); n > 0 {
		i := d.free[n-1]
		d.free = d.free[:n-1]
		d.long[i-1] = w
		return i
	}
	d.long = append(d.long, w)
	return int32(len(d.long))
}

// prune makes room of what no window sees any more.
// Called once a bin, so that the list stays as long as what is in flight and what windows see.
func (d *demand) prune(now time.Duration) {
	n := 0
	for i := range d.long {
		w := &d.long[i]
		if w.state == longEnded && now-w.until > d.widest+demandBin || w.state == longPromised && now-w.from >= w.lasts+demandBin {
			w.state = longFree
		}
		if w.state != longFree {
			n = i + 1
		}
	}
	d.long, d.free = d.long[:n], d.free[:0]
	for i := range d.long {
		if d.long[i].state == longFree {
			d.free = append(d.free, int32(i+1))
		}
	}
}

// takes says what a request takes of a core where it is sent: CPU-seconds per second.
func (d *demand) takes(r *request, rate float64) {
	if r.long[0] == 0 {
		return
	}
	for _, i := range r.long {
		if i > 0 {
			d.long[i-1].rate = rate
		}
	}
}

// ran notes what an attempt of a request has taken that ran: as measured, else the
// time of the attempt.
func (d *demand) ran(r *request, o *Outcome) {
	for _, i := range r.long {
		if i == 0 {
			continue
		}
		w := &d.long[i-1]
		w.took = o.Work
		if !(o.Work > 0 && plausible(o.Work)) {
			w.took = inSeconds(o.Took) * w.rate
		}
	}
}

// leave ends what a request counts. One that never ran would have run as long as it
// was predicted to.
func (d *demand) leave(now time.Duration, r *request) {
	for k, i := range r.long {
		if i == 0 {
			continue
		}
		w := &d.long[i-1]
		w.state, w.until = longPromised, now
		if w.took > 0 {
			w.state = longEnded
		}
		r.long[k] = 0
	}
}

// counts says whether work counts as what it takes of a core at an instant.
func (w *longWork) counts(now time.Duration) bool {
	return w.state == longOpen || w.state == longPromised && now-w.from < w.lasts
}

// addLong adds what long work changes in the rates over a window that began at an
// instant: in the sums of the bins, and in what takes part of a core now.
func (d *demand) addLong(now, begin, window time.Duration, sum *demandCount, cores *[demandKinds]float64) {
	bias, most := d.bias(), inSeconds(window)*d.speed
	for i := range d.long {
		w := &d.long[i]
		switch {
		case w.state == longFree:
		case w.lasts > window:
			if w.counts(now) {
				cores[w.kind] += w.rate
			}
			if w.from >= begin {
				sum.work[w.kind] -= w.work
			}
		case w.state == longEnded && w.until >= begin: // what outlived the window was counted as overdue
			sum.work[w.kind] += min(w.took, most)/bias - w.work
		}
	}
}

// countsAsCore says whether a request counts for as long as it runs over a window.
func (d *demand) countsAsCore(r *request, window time.Duration) bool {
	return r.long[0] > 0 && d.long[r.long[0]-1].lasts > window
}

// isLong says whether some of a request's work takes longer than a bin.
func (r *request) isLong() bool { return r.long != [2]int32{} }
