package run

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"cnv/live"
	"cnv/policy"
	"cnv/sim"
)

// breakable are workers that can fail on purpose.
type breakable struct {
	// ready are those that a fault may hit, of some pools.
	ready func(in func(policy.PoolID) bool) []policy.WorkerID
	// fail lets a fault hit a worker, and says what was hit; "" nothing was
	// there.
	fail func(ctx context.Context, w policy.WorkerID, f *sim.Fault) (string, error)
}

// breakServed lets a gateway that serves fail as the experiment says, but only on
// loopback: elsewhere those it serves are others.
func (e *Experiment) breakServed(c *Console, w *world, cfg sim.Config) (stop func()) {
	if e.Target == Local {
		return e.breaking(c, w, &cfg)
	}
	if len(cfg.Faults) > 0 {
		e.say(c, "the experiment's faults are not made: this gateway serves")
	}
	return func() {}
}

// breaking lets go wrong what the experiment says, and on loopback those calls that
// the options say. Workers are drawn as the simulator draws them, so that it hits the
// same where as many are ready. The function it returns ends it.
func (e *Experiment) breaking(c *Console, w *world, cfg *sim.Config) (stop func()) {
	tell := func(format string, args ...any) { e.say(c, format, args...) }
	calls, _ := e.struck() // checked before
	calls = append(append(calls, storeCalls(cfg)...), regionalFaults(cfg)...)
	place := w.place.faults
	if cloud := w.place.cloud; cloud != nil {
		_ = cloud.Break(calls, w.brain.Start(), func(at time.Duration, text string) { tell("  fault at %v: %s", at, text) }) // checked before
	}
	if place == nil || len(cfg.Faults)+len(cfg.Hazards) == 0 {
		return func() {}
	}
	ctx, cancel := context.WithCancel(w.ctx)
	draws := policy.NewRand(cfg.Seed, "fault", 0)
	order := make([]int, len(cfg.Faults)) // the list is by table of the file
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(cfg.Faults[a].At, cfg.Faults[b].At) })
	var group sync.WaitGroup
	group.Go(func() {
		for n, i := range order {
			f := &cfg.Faults[i]
			if regional(f) {
				continue // the cloud does it
			}
			if !await(ctx, w.brain, f.At) {
				tell("  fault at %v: not made, as the run was over%s", f.At, others(len(order)-n-1))
				return
			}
			if f.Kind == sim.StoreOutage {
				tell("  fault at %v: calls of the table fail%s", f.At, lasting(f)) // see storeCalls
				continue
			}
			hittable := func(p policy.PoolID) bool { return f.Kind != sim.Interrupt || cfg.Pools[p].Spot }
			place.make(ctx, tell, f, victim(f.Worker, place.ready(hittable), draws.At(uint64(i))))
		}
	})
	if len(cfg.Hazards) > 0 {
		group.Go(func() { endanger(ctx, w, cfg, tell) })
	}
	return func() { cancel(); group.Wait() }
}

// make lets a fault hit a worker, and tells of it.
func (b *breakable) make(ctx context.Context, tell func(string, ...any), f *sim.Fault, id policy.WorkerID) {
	hit, err := b.fail(ctx, id, f)
	switch {
	case err != nil:
		tell("  fault at %v: worker %d: %v", f.At, id, err)
	case hit == "":
		tell("  fault at %v: nobody there to hit", f.At)
	default:
		tell("  fault at %v: worker %d (%s) %s", f.At, id, hit, what(f))
	}
}

// others says that more faults were not made.
func others(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("; nor were %d later ones", n)
}

// what has become of a worker that a fault has hit.
func what(f *sim.Fault) string {
	switch f.Kind {
	case sim.Hang:
		return "hangs" + lasting(f)
	case sim.Slow:
		return fmt.Sprintf("works %v times as fast%s", f.Factor, lasting(f))
	case sim.Interrupt:
		return fmt.Sprintf("has notice: taken away in %v", f.Notice)
	}
	return "killed"
}

// lasting is for how long a fault lasts, if it is over by itself.
func lasting(f *sim.Fault) string {
	if f.Lasts == 0 {
		return ""
	}
	return fmt.Sprintf(" for %v", f.Lasts)
}

// victim is whom a fault hits: a worker by number, or a ready one that is
// drawn; sim.AnyWorker if there is none.
func victim(wanted policy.WorkerID, ready []policy.WorkerID, draw *policy.Rand) policy.WorkerID {
	if wanted != sim.AnyWorker || len(ready) == 0 {
		return wanted
	}
	return ready[draw.IntN(len(ready))]
}

// fail lets a fault hit a worker: on loopback the worker's process is killed or
// stopped, in the cloud its instance is terminated.
func (p *cloudPlace) fail(ctx context.Context, w policy.WorkerID, f *sim.Fault) (string, error) {
	id := p.Instance(w)
	switch {
	case id == "":
		return "", nil
	case p.cloud == nil:
		return id, p.instances.Terminate(ctx, id)
	case f.Kind == sim.Hang, f.Kind == sim.Slow:
		return p.stall(ctx, id, f), nil
	case f.Kind == sim.Interrupt:
		return p.cloud.Interrupt(id, f.Notice), nil
	}
	return p.cloud.Kill(id), nil
}

// await waits until an instant of the run; false: it was over before.
func await(ctx context.Context, b *live.Brain, at time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(b.Clock().Real(at - b.Now())):
		return true
	}
}
