package sim

import (
	"time"

	"cnv/policy"
	"cnv/results"
)

// A tally counts what the timeline and the row of results report.
//
// The timeline takes differences of two tallies, so all but inFlight only grow.
type tally struct {
	arrivals   uint64
	work       float64 // arrived, CPU-seconds on the reference vCPU
	inFlight   int
	terminated uint64
	calls      uint64
	cold       uint64
	busy       float64 // core-seconds spent working, by VMs that are gone
	cores      float64 // core-seconds they were there for
}

func (t *tally) arrived(work time.Duration) {
	t.arrivals++
	t.work += inSeconds(work)
	t.inFlight++
}

func (t *tally) ended() { t.inFlight-- }

func (t *tally) invoked(cold bool) {
	t.calls++
	if cold {
		t.cold++
	}
}

// retire adds up a VM that is gone.
func (t *tally) retire(v *vm, now time.Duration) {
	if v.state == policy.StateLost {
		return
	}
	t.busy += v.busy / 1e9
	if now > v.runs {
		t.cores += (now - v.runs).Seconds() * float64(v.cores)
	}
}

// sample adds a point to the timeline, and at once those after it before which nothing
// happens, and sets the next one.
//
// A backoff of hours has no events; without the shortcut such a run would consist of samples.
// Money per hour here is for figures only: the bill counts every instant.
func (w *world) sample() {
	t, u, every := &w.tally, &w.sampled, w.cfg.SampleEvery()
	s := results.Sample{
		At:           w.now,
		ArrivalsPerS: float64(t.arrivals-u.arrivals) / every.Seconds(),
		OfferedCores: (t.work - u.work) / every.Seconds(),
		InFlight:     t.inFlight,
		Queued:       w.queued(),
	}
	calm := w.calm()
	for _, v := range w.alive {
		switch w.ctrl.Worker(v.id) {
		case policy.StateReady:
			s.Ready++
			s.CapacityCores += float64(v.cores) * v.speed
		case policy.StatePending, policy.StateRunning:
			s.Booting++
		default: // draining, or forgotten by its router
			s.Draining++
		}
		if v.runs <= w.now {
			s.USDPerHour += w.cfg.Pools[v.pool].hourUSD(v.zone)
			s.BilledCores += float64(v.cores) * v.speed
		} else {
			calm = min(calm, v.runs)
		}
	}
	for p := range w.cfg.Pools {
		s.Desired += w.ctrl.Desired(policy.PoolID(p))
	}
	if w.fns != nil {
		s.Functions = w.fns.busy
	}
	w.sampled = *t
	w.rec.Tick(s)
	s.ArrivalsPerS, s.OfferedCores = 0, 0
	for s.At += every; s.At < calm; s.At += every {
		w.rec.Tick(s)
	}
	w.set(w.sampleTick, s.At)
}
