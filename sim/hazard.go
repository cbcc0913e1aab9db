package sim

import (
	"time"

	"cnv/policy"
)

// A Hazard is something that goes wrong with each worker by chance, as often at any
// instant at which it runs: a Poisson process of its own for every worker. The k-th worker has
// the same intervals under every policy.
type Hazard struct {
	Fault               // what happens; At and Worker are not used
	Mean  time.Duration // between two, of a worker that runs. Invariant: above 0
}

// HazardRand is the stream that the i-th hazard of a run is drawn from.
func HazardRand(seed uint64, i int) *policy.Rand { return policy.NewRand(seed, "hazard", i) }

// Gap is the time from when a worker runs until the hazard befalls it the first time (n = 0),
// and from then on until the next. At least 1 ns.
func (h *Hazard) Gap(r *policy.Rand, worker policy.WorkerID, n uint32) time.Duration {
	return max(duration(r.At(uint64(worker)<<32|uint64(n)).ExpFloat64()*h.Mean.Seconds()), 1)
}

// A peril is a hazard of one VM.
type peril struct {
	hazard int
	v      *vm
	n      uint32 // how often it came
}

// endanger has the hazards of a VM begin when it runs.
func (w *world) endanger(v *vm) {
	for i := range w.cfg.Hazards {
		w.perils = append(w.perils, peril{hazard: i, v: v})
		w.set(w.timer(hazardHits, int32(len(w.perils)-1)), v.runs+w.cfg.Hazards[i].Gap(w.hazards[i], v.id, 0))
	}
}

// befall lets a hazard happen to its VM, and sets the next time. One that is broken
// already is spared.
func (w *world) befall(id timerID, i int32) {
	p := &w.perils[i]
	h := &w.cfg.Hazards[p.hazard]
	if spot := h.Kind != Interrupt || w.cfg.Pools[p.v.pool].Spot && p.v.taken == nil; spot && spared(&h.Fault, p.v) == "" {
		f := h.Fault
		f.At = w.now
		w.hit(&f, p.v)
	}
	if p.v.state == policy.StateLost || p.v.crashed || h.Kind == Interrupt {
		w.release(id)
		return
	}
	p.n++
	w.set(id, later(w.now, h.Gap(w.hazards[p.hazard], p.v.id, p.n)))
}
