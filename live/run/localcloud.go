package run

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"cnv/live/local"
	"cnv/live/local/dynamo"
	"cnv/policy"
	"cnv/sim"
)

// hidden is how long a new instance is missing from listings, as on EC2, where it
// differs from call to call.
const hidden = 500 * time.Millisecond

// startLocal starts the services of this run. Instances boot as slowly as the
// simulator's do, launch by launch, but the first ones, which a run begins with,
// are there. The health check is the gateway's own and takes its own time.
func (t *cloudTarget) startLocal(r *session) (*local.Cloud, error) {
	initial := 1 // the builder
	for i := range r.sim.Pools {
		initial += r.sim.Pools[i].Initial
	}
	launches := map[string]sim.Launch{} // by type: that of the first pool that has it
	for i := len(r.sim.Pools) - 1; i >= 0; i-- {
		launches[t.types[r.cfg.Pools[i].Name][0]] = r.sim.Pools[i].Launch
	}
	keepAlive := time.Duration(0) // Lambda's
	if r.sim.Funcs != nil {
		keepAlive = r.sim.Funcs.KeepAlive
	}
	boot := boots(r.seed, uint64(initial), launches)
	colds := policy.NewRand(r.seed, "local cold start", 0)
	worker, function := t.paced(r)
	cloud, err := local.Start(local.Config{
		Clock: r.motion.clock, Worker: worker, Function: function,
		Dir: filepath.Join(t.exp.Out, ".local"), Log: r.log,
		Boot: func(n uint64, kind string) time.Duration {
			took := boot(n, kind)
			return took.API + took.Pending
		},
		Begin: func(n uint64, kind string) time.Duration {
			took := boot(n, kind)
			return took.Boot + took.Start
		},
		Deaf: func(n uint64, kind string) time.Duration { return boot(n, kind).Boot },
		Call: func(n uint64, kind string) time.Duration { return boot(n, kind).API },
		Cold: func(n uint64) time.Duration {
			if r.sim.Funcs == nil {
				return 0
			}
			return seconds(r.sim.Funcs.Cold.Draw(colds.At(n)))
		},
		KeepAlive: keepAlive, Concurrency: concurrency(r.sim), VCPUs: t.exp.VcpuQuota, Hidden: hidden, AnyArch: true, Host: t.exp.host,
	})
	if errors.Is(err, dynamo.ErrInUse) {
		err = BadInput{fmt.Errorf("cnv: another run writes its measurements to %s: wait until it ends, or give this run another folder (--out DIR): %w", t.exp.Out, err)}
	}
	return cloud, err
}

// paced are the environments of workers by type, and of functions, that make each
// take its time for a request as on a core of its own. Functions always do, as they may
// have less than one; workers do in slow motion.
func (t *cloudTarget) paced(r *session) (worker func(kind string) []string, function func(memoryMB int) []string) {
	how := r.motion
	pace := func(speed, share float64) []string {
		faster := 1.0 // in real time requests sleep
		if how.clock > 0 {
			faster = how.speed / speed
		}
		return []string{fmt.Sprintf("CNV_SLOW=%g", max(1, float64(how.clock))), fmt.Sprintf("CNV_CORE_SPEED=%g", faster), fmt.Sprintf("CNV_SHARE=%g", share)}
	}
	worker = func(kind string) []string {
		for i := range r.cfg.Pools {
			if p := &r.cfg.Pools[i]; how.clock > 0 && t.types[p.Name][0] == kind {
				return pace(p.Speed, 1)
			}
		}
		return nil
	}
	return worker, func(int) []string { return pace(1, shareOf(r.sim)) }
}

// shareOf is the part of the reference vCPU that a request has on a function.
func shareOf(s *sim.Config) float64 {
	if s.Funcs == nil {
		return 1
	}
	return min(s.Funcs.Share, 1)
}

// boots is how long the parts of the launch of the n-th instance take, counted
// from 1: as long as those of the simulator's launch of that number, after the
// initial ones, which are there. A type without a launch, the builder's, boots at
// once.
func boots(seed, initial uint64, launches map[string]sim.Launch) func(n uint64, kind string) sim.LaunchTimes {
	return func(n uint64, kind string) sim.LaunchTimes {
		if n <= initial {
			return sim.LaunchTimes{}
		}
		launch := launches[kind]
		return launch.Draw(sim.LaunchRand(seed).At(n - initial - 1))
	}
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// concurrency is the account's limit of the experiment; 0: the usual.
func concurrency(s *sim.Config) int {
	if s.Funcs == nil {
		return 0
	}
	return s.Funcs.Concurrency
}
