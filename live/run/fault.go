package run

import (
	"context"
	"fmt"
	"sync"
	"time"

	"cnv/experiments/plan"
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
	calls = append(calls, regionalFaults(cfg)...)
	place := w.place.faults
	if cloud := w.place.cloud; cloud != nil {
		_ = cloud.Break(calls, w.brain.Start(), func(at time.Duration, text string) { tell("  fault at %v: %s", at, text) }) // checked before
	}
	if place == nil || len(cfg.Faults) == 0 {
		return func() {}
	}
	ctx, cancel := context.WithCancel(w.ctx)
	draws := policy.NewRand(cfg.Seed, "fault", 0)
	var group sync.WaitGroup
	group.Go(func() {
		for i := range cfg.Faults {
			f := &cfg.Faults[i]
			if regional(f) {
				continue // the cloud does it
			}
			select {
			case <-ctx.Done():
				tell("  fault at %v: not made, as the run was over%s", f.At, others(len(cfg.Faults)-i-1))
				return
			case <-time.After(w.brain.Clock().Real(f.At - w.brain.Now())):
			}
			hittable := func(p policy.PoolID) bool { return f.Kind != sim.Interrupt || cfg.Pools[p].Spot }
			id := victim(f.Worker, place.ready(hittable), draws.At(uint64(i)))
			hit, err := place.fail(ctx, id, f)
			switch {
			case err != nil:
				tell("  fault at %v: worker %d: %v", f.At, id, err)
			case hit == "":
				tell("  fault at %v: nobody there to hit", f.At)
			default:
				tell("  fault at %v: worker %d (%s) %s", f.At, id, hit, what(f))
			}
		}
	})
	return func() { cancel(); group.Wait() }
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
		return "hangs"
	case sim.Interrupt:
		return fmt.Sprintf("has notice: taken away in %v", f.Notice)
	}
	return "killed"
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
	case f.Kind == sim.Hang:
		return p.cloud.Hang(id), nil
	case f.Kind == sim.Interrupt:
		return p.cloud.Interrupt(id, f.Notice), nil
	}
	return p.cloud.Kill(id), nil
}

// breaks says which faults of the cells a target cannot make.
func (e *Experiment) breaks(cells []plan.Cell) error {
	for _, c := range cells {
		for _, f := range c.Config(1).Faults {
			switch {
			case e.Target == Static:
				return fmt.Errorf("cnv: fault at %v: workers given by address cannot be made to fail: use --target local", f.At)
			case regional(&f):
				if err := e.Target.cannotFail(&f, len(c.Config(1).Pools)); err != nil {
					return err
				}
			case f.Kind == sim.Sick:
				return fmt.Errorf("cnv: fault at %v: a worker's process cannot be made sick (kind = \"sick\"), only to crash or hang: compare it in the simulator", f.At)
			case e.Target == AWS && f.Kind != sim.Crash:
				return fmt.Errorf("cnv: fault at %v: an instance of EC2 cannot be made to hang, or be taken away with notice, only to crash: use --target local", f.At)
			}
		}
	}
	return nil
}
