package sim

// A request may use several cores ([policy.Class].Cores): it has so many threads, of
// which each takes the same part of its work, and at most the cores of its worker.
//
//   - Under processor sharing the threads of a worker share its cores evenly, as Linux
//     shares them between threads: a request of k threads has k parts, and at most k cores.
//     That is weighted water filling in which the weight of a request is its bound, so that all
//     threads go on at one rate, and virtual time serves them too.
//   - First come, first served, a request begins once a slot is free for each of its threads.
//     What is behind it in line waits, even if it would fit (no backfill).

// threads is how many a call has on a VM.
func (w *world) threads(v *vm, c int32) int {
	if !w.wide {
		return 1
	}
	most := v.cores
	if v.traits.wide {
		most = min(most, v.slots)
	}
	return max(min(w.cfg.Control.Classes[w.calls[c].class].Cores, most), 1)
}

// fits says whether a call may begin on a VM with traits that has a free slot.
func (w *world) fits(v *vm, c int32) bool {
	return !v.traits.wide || v.traits.threads+w.threads(v, c) <= v.slots
}

// beginNext begins what is in line, in order, as far as slots are free, and sets the timer.
// Calls that were abandoned in line are skipped here and only here: taking them out of the
// middle of a ring would cost time in proportion to its length.
func (w *world) beginNext(v *vm) {
	for v.lined > 0 && len(v.jobs) < v.slots {
		c := *v.line.Front()
		if w.calls[c].place == abandoned {
			v.line.Drop()
			w.free(c)
			continue
		}
		if v.traits != nil && !w.fits(v, c) {
			break
		}
		v.line.Drop()
		v.lined--
		w.calls[c].place = inService
		w.begin(v, c)
		if w.overflows(v) {
			w.kill(v)
			return
		}
	}
	w.plan(v)
}

// wideClasses says whether requests of some class use several cores.
func (c *Config) wideClasses() bool {
	for i := range c.Control.Classes {
		if c.Control.Classes[i].Cores > 1 {
			return true
		}
	}
	return false
}
