package second_test

import (
	"slices"
	"time"

	"cnv/policy"
	"cnv/sim"
)

func (d *drawnWorld) faults(r dice, c *sim.Config) {
	for range 1 + r.IntN(3) {
		f := sim.Fault{Name: "a fault", At: r.time(0, time.Minute), Worker: []policy.WorkerID{0, 1, 2, 3, sim.AnyWorker, sim.AnyWorker}[r.IntN(6)], Detected: r.time(time.Second, 20*time.Second)}
		if r.chance(0.5) {
			f.Failed = r.time(time.Millisecond, f.Detected)
		}
		switch {
		case d.any(passing) && r.chance(0.8):
			d.passing(r, &f)
		case d.any(outages) && r.chance(0.7):
			f.Kind, f.At, f.Lasts = sim.StoreOutage, r.time(0, 10*time.Second), r.time(0, 30*time.Second)
		case d.any(sick):
			f.Kind, f.Lasts = sim.Sick, time.Duration(r.IntN(3))*r.time(0, time.Minute)
		case d.any(faults):
			f.Kind = sim.FaultKind(r.IntN(2))
		case d.any(spot):
			f.Kind, f.Notice = sim.Interrupt, r.time(time.Second, time.Minute)
		default:
			continue
		}
		c.Faults = append(c.Faults, f)
	}
	slices.SortFunc(c.Faults, func(a, b sim.Fault) int { return int(a.At - b.At) })
}

// passing is a fault that is over by itself, mostly.
func (d *drawnWorld) passing(r dice, f *sim.Fault) {
	f.Kind = []sim.FaultKind{sim.Hang, sim.Slow, sim.Partition, sim.TelemetryGap, sim.Sick}[r.IntN(5)]
	f.Lasts = time.Duration(min(r.IntN(6), 1)) * r.time(0, 30*time.Second)
	f.Factor, f.On, f.Off = r.float(0.05, 0.95), r.time(1, 5*time.Second), time.Duration(r.IntN(2))*r.time(1, 5*time.Second)
	if f.Kind == sim.TelemetryGap && r.chance(0.5) {
		f.Worker = sim.AllWorkers
	}
}

func (d *drawnWorld) hazards(r dice, c *sim.Config) {
	if !d.any(hazards) {
		return
	}
	for range 1 + r.IntN(2) {
		f := sim.Fault{Detected: r.time(time.Second, 20*time.Second), Failed: time.Duration(r.IntN(2)) * r.time(0, time.Second), Notice: r.time(time.Second, time.Minute)}
		if f.Kind = []sim.FaultKind{sim.Crash, sim.Hang, sim.Interrupt}[r.IntN(3)]; r.chance(0.6) {
			d.passing(r, &f)
			f.Worker = 0
		}
		c.Hazards = append(c.Hazards, sim.Hazard{Fault: f, Mean: r.time(5*time.Second, 2*time.Minute)})
	}
	if r.chance(0.3) && len(c.Pools) > 0 {
		c.Pools[0].Spot = true
	}
}
