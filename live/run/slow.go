package run

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"cnv/experiments/plan"
	"cnv/live/clock"
	"cnv/policy"
	"cnv/results"
	"cnv/sim"
)

// slowest is the most that --slow may be.
const slowest = 1000

// motion is how a run is played on this machine.
type motion struct {
	clock clock.Slow // of the run; workers of a run in slow motion are paced. 0: real time, and they are not
	speed float64    // of this machine's cores, relative to the reference vCPU, if they are paced
}

// A slowness is the motions of an experiment: one for all policies of a workload.
type slowness struct {
	blind bool // real work cannot be paced on this system, and is played as it comes
	of    map[*plan.Scenario]motion
	most  map[*plan.Scenario]simulated
	order []*plan.Scenario
}

// slow reads --slow; 0: as needed.
func (e *Experiment) slow() (float64, error) {
	if e.Slow == "auto" {
		return 0, nil
	}
	s, err := strconv.ParseFloat(e.Slow, 64)
	switch {
	case err != nil || !(s >= 1 && s <= slowest):
		return 0, fmt.Errorf("cnv: --slow %s: want auto, or a number from 1 to %d", e.Slow, slowest)
	case e.Target != Local:
		return 0, fmt.Errorf("cnv: --slow %s needs --target local: elsewhere machines have cores of their own", e.Slow)
	case e.Serve:
		return 0, fmt.Errorf("cnv: --slow %s cannot be combined with --serve: the load comes in real time", e.Slow)
	}
	return s, nil
}

// slowed decides how slowly each workload is played: those that really compute so
// slowly that what they compute at once fits on this machine, all others, which
// sleep, in real time.
func (e *Experiment) slowed(c *Console) (slowness, error) {
	p := e.plan
	out := slowness{of: map[*plan.Scenario]motion{}, most: map[*plan.Scenario]simulated{}}
	asked, err := e.slow()
	if err != nil || e.Target != Local || e.Serve {
		return out, err
	}
	speed, others := 0.0, othersHere()
	for _, s := range p.Scenarios {
		computes := s.Workload.Inputs > 0
		if asked == 0 && !computes {
			continue
		}
		if computes && speed == 0 {
			if speed, err = coreSpeed(); errors.Is(err, errNoClock) {
				out.blind = true
				return out, nil
			}
			if err != nil {
				return out, err
			}
		}
		most, err := busiest(c.Ctx, p, s)
		if err != nil {
			return out, err
		}
		m := motion{clock: clock.Slow(asked), speed: cmp.Or(speed, 1)}
		if asked == 0 {
			m.clock = fits(most.busy, others, runtime.NumCPU(), speed)
		}
		out.of[s], out.most[s] = m, most
		out.order = append(out.order, s)
	}
	if len(out.order) > 0 {
		e.say(c, "slow motion, so that what is computed at once fits on this machine's %s, each %.3g times as fast as the reference, beside a load of %.3g: %s; results are in the experiment's time (--slow sets it)",
			policy.Count(runtime.NumCPU(), "core"), speed, others, out.told())
	}
	return out, nil
}

// told says how slow each workload is.
func (s *slowness) told() string {
	var out []string
	for _, w := range s.order {
		out = append(out, fmt.Sprintf("%s %g times slower (%.3g cores at once)", w.Name, float64(s.of[w].clock), s.most[w].busy))
	}
	return strings.Join(out, ", ")
}

// room is the part of this machine's cores that workers may take at most: the gateway
// and the load generator have the rest.
const room = 0.5

// fits is how slow a run has to be, in halves, for so many cores of the reference's
// speed to have their work done on this machine's, beside others that want one each.
func fits(busy, others float64, cores int, speed float64) clock.Slow {
	return clock.Slow(max(1, math.Ceil(2*(busy/room+others)/(float64(cores)*speed))/2))
}

// simulated is what is known of a workload by simulating it.
type simulated struct {
	busy float64                        // cores of the reference's speed that compute at once, at most, under any policy
	took map[*plan.Policy]time.Duration // a run
}

// busiest simulates the first run of every policy.
func busiest(ctx context.Context, p *plan.Plan, s *plan.Scenario) (simulated, error) {
	out := simulated{took: map[*plan.Policy]time.Duration{}}
	for _, cell := range p.Cells() {
		if cell.Scenario != s {
			continue
		}
		src, err := s.Workload.Made.Open(p.Seed)
		if err != nil {
			return out, err
		}
		cfg := cell.Config(p.Seed)
		seen := &crowd{vm: speedOf(&cfg.Control), function: 1}
		for i := range cfg.Control.Pools {
			seen.vm = max(seen.vm, cfg.Control.Pools[i].Speed)
		}
		if cfg.Funcs != nil {
			seen.function = cfg.Funcs.Share
		}
		if _, err := sim.Run(ctx, cfg, src, seen); err != nil {
			return out, fmt.Errorf("cnv: %s / %s cannot be simulated, so --slow auto is not known: give --slow FACTOR: %w", s.Name, cell.Policy.Name, err)
		}
		out.busy, out.took[cell.Policy] = max(out.busy, seen.most()), seen.end
	}
	return out, nil
}

// A crowd is a recorder of a simulated run that counts what computes at once.
type crowd struct {
	vm, function float64 // speed of a request there, relative to the reference
	changes      []change
	end          time.Duration
}

// A change is how the speed of all that computes changes at an instant.
type change struct {
	at time.Duration
	by float64
}

// Add implements sim.Recorder.
func (c *crowd) Add(q *results.Request) {
	if q.Start == results.Never || q.Finish == results.Never {
		return
	}
	by := c.vm
	if q.Kind == results.KindFunction {
		by = c.function
	}
	c.changes = append(c.changes, change{q.Start, by}, change{q.Finish, -by})
}

// Tick implements sim.Recorder.
func (c *crowd) Tick(results.Sample) {}

// Finish implements sim.Recorder.
func (c *crowd) Finish(end time.Duration, _ results.Ledger, _ results.Counts) results.Row {
	c.end = end
	return results.Row{}
}

// most is the greatest speed of all that computes at once; of what ends and what
// begins at an instant the former comes first.
func (c *crowd) most() (most float64) {
	slices.SortFunc(c.changes, func(a, b change) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.by, b.by)) })
	sum := 0.0
	for _, x := range c.changes {
		sum += x.by
		most = max(most, sum)
	}
	return most
}

// real is how long the runs take, as far as it is known beforehand: their arrivals,
// and in slow motion to the last answer.
func (s *slowness) real(runs []job) (sum time.Duration) {
	for _, r := range runs {
		took := r.Config(r.seed).Span
		if most, ok := s.most[r.Scenario]; ok {
			took = max(took, most.took[r.Policy])
		}
		sum += s.of[r.Scenario].clock.Real(took)
	}
	return sum
}

// errNoClock is of a system where a thread's CPU time is not known.
var errNoClock = errors.New("this system does not tell the CPU time of a thread, so scenes and pictures cannot be held for as long as they take on a core of their own: run it on Linux")
