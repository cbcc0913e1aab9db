package run

import (
	"context"
	"sync"
	"time"

	"cnv/policy"
	"cnv/sim"
)

// lookEvery is how often it is looked which workers there are, of time of the run: a hazard
// comes late by as much at most.
const lookEvery = time.Second

// endanger lets hazards befall the workers that are ready, until the run is over. A worker's
// intervals are those that it has in the simulator; they begin when it is first seen ready.
func endanger(ctx context.Context, w *world, cfg *sim.Config, tell func(string, ...any)) {
	type peril struct {
		at time.Duration
		n  uint32
	}
	place := w.place.faults
	var group sync.WaitGroup
	for h := range cfg.Hazards {
		hazard, draws := &cfg.Hazards[h], sim.HazardRand(cfg.Seed, h)
		hittable := func(p policy.PoolID) bool { return hazard.Kind != sim.Interrupt || cfg.Pools[p].Spot }
		perils := map[policy.WorkerID]*peril{}
		group.Go(func() {
			for at := w.brain.Now(); await(ctx, w.brain, at); at += lookEvery {
				for _, id := range place.ready(hittable) {
					p := perils[id]
					if p == nil {
						p = &peril{at: at + hazard.Gap(draws, id, 0)}
						perils[id] = p
					}
					if at < p.at {
						continue
					}
					f := hazard.Fault
					f.At = at
					place.make(ctx, tell, &f, id)
					p.n++
					p.at = at + hazard.Gap(draws, id, p.n)
				}
			}
		})
	}
	group.Wait()
}
