package plan

import (
	"fmt"
	"strconv"
	"time"

	"cnv/policy"
	"cnv/sim"
)

// worker is whom it hits.
func (f *faultTable) worker() (policy.WorkerID, error) {
	switch f.Worker {
	case "any":
		return sim.AnyWorker, nil
	case "all":
		if f.Kind == "telemetry" {
			return sim.AllWorkers, nil
		}
	}
	n, err := strconv.ParseUint(f.Worker, 10, 31)
	return policy.WorkerID(n), err
}

// name is what people know it by.
func (f *faultTable) name() string {
	switch {
	case f.row != "":
		return "the fault of " + f.row
	case f.Mean > 0:
		return fmt.Sprintf("of the faults every %v on average one or more", f.Mean)
	case f.Every > 0:
		return fmt.Sprintf("of the faults from %v on every %v one or more", f.At, f.Every)
	}
	return fmt.Sprintf("the fault at %v", f.At)
}

// sim is one such fault.
func (f *faultTable) sim(e *Environment) sim.Fault {
	w, _ := f.worker() // checked by readFaults
	one := sim.Fault{Name: f.name(), At: f.At, Kind: faultKind[f.Kind], Worker: w}
	if f.Kind == "spot" {
		one.Notice = f.Notice
	}
	if one.Kind.Breaks() || f.Kind == "spot" || f.Kind == "zone" {
		one.Detected = f.Detected
	}
	if f.Kind == "crash" || f.Kind == "spot" || f.Kind == "zone" {
		one.Failed = f.Failed
	}
	if one.Kind.Ends() {
		one.Lasts = f.Lasts
	}
	switch f.Kind {
	case "slow":
		one.Factor = f.Factor
	case "sick":
		one.On, one.Off = f.On, f.Off
	case "zone":
		one.Zone = e.zone(f.Zone)
	case "no-capacity":
		one.Zone, one.Pool, one.Share = e.zone(f.Zone), policy.PoolID(e.pool(f.Pool)), f.Share
	}
	return one
}

// loses says whether the fault takes the worker that it hits away.
func (f *faultTable) loses() bool {
	k := faultKind[f.Kind]
	return f.Kind == "spot" || k == sim.Crash || k == sim.ZoneLost || k.Breaks() && (f.Lasts == 0 || f.Lasts > f.Detected)
}

// mostUnknown is how many faults at random there are at most in a run of which nobody knows
// how long it lasts.
const mostUnknown = 10_000

// world is what goes wrong in a run whose arrivals last so long; 0: that is not known.
// place is that of the table among those of the file: each draws for itself.
func (f *faultTable) world(e *Environment, seed uint64, place int, duration time.Duration) []sim.Fault {
	one := f.sim(e)
	if f.Mean > 0 {
		var out []sim.Fault
		r := policy.NewRand(seed, "faults", place)
		for len(out) < mostUnknown || duration > 0 && len(out) < maxFaults {
			one.At += max(time.Duration(r.ExpFloat64()*float64(f.Mean)), 1)
			if duration > 0 && one.At >= duration {
				break
			}
			out = append(out, one)
		}
		return out
	}
	out := []sim.Fault{one}
	for f.Every > 0 && len(out) < maxFaults {
		if one.At += f.Every; one.At >= duration {
			break
		}
		out = append(out, one)
	}
	return out
}

// goWrong is all that goes wrong in a run of the cell.
func (c Cell) goWrong(cfg *sim.Config) {
	e := c.Scenario.Env
	for i := range e.faults {
		f := &e.faults[i]
		switch {
		case !f.hits(c.Policy):
		case f.Mean > 0 && f.Per == "worker":
			cfg.Hazards = append(cfg.Hazards, sim.Hazard{Fault: f.sim(e), Mean: f.Mean})
		default:
			cfg.Faults = append(cfg.Faults, f.world(e, cfg.Seed, i, cfg.Span)...)
		}
	}
}
