package sim

import (
	"fmt"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/route"
	"cnv/workloads"
)

// An originalFault is one of the original's that a parameter takes away.
type originalFault struct {
	name     string
	machines int
	arrivals []workloads.Arrival
	change   func(*route.NovaOriginal)
	want     func(d *diary) string // what differs without the fault; "" nothing
}

// TestOriginalWithoutFaults: each switch takes its fault away, and without it the
// fault is seen.
func TestOriginalWithoutFaults(t *testing.T) {
	for _, c := range append(faultsOfLaunches(), faultsOfCounting()...) {
		router := route.NewNovaOriginal()
		if c.want(original(t, c.machines, router, c.arrivals)) == "" {
			t.Errorf("%s: the original does not have the fault", c.name)
		}
		router = route.NewNovaOriginal()
		c.change(router)
		if why := c.want(original(t, c.machines, router, c.arrivals)); why != "" {
			t.Errorf("%s: %s", c.name, why)
		}
	}
}

// faultsOfLaunches are those around a machine that is launched for a request.
func faultsOfLaunches() []originalFault {
	arrivals := append(every(17, time.Second, 50*time.Millisecond, 4*time.Second), every(8, 3*time.Second, 250*time.Millisecond, time.Second)...)
	return []originalFault{
		{"unready", 1, arrivals, func(p *route.NovaOriginal) { p.Unready = false }, func(d *diary) string {
			if at := d.sent[16][0].at; at != arrivals[16].At+19*time.Second { // 2 + 4 + 10 + 3
				return fmt.Sprintf("sent at %v, want when the machine is ready", at)
			}
			return ""
		}},
		{"look", 1, arrivals, func(p *route.NovaOriginal) { p.Look = 0 }, func(d *diary) string {
			if at := d.sent[16][0].at; at != arrivals[16].At+6*time.Second {
				return fmt.Sprintf("sent at %v, want when the machine runs", at)
			}
			return ""
		}},
		{"stall", 1, arrivals, func(p *route.NovaOriginal) { p.Stall = false }, func(d *diary) string {
			for r := policy.RequestID(16); r < 25; r++ {
				if p := d.sent[r][0]; p.worker != 0 || p.at != arrivals[r].At {
					return fmt.Sprintf("request %d: %+v, want the other machine at once", r, p)
				}
			}
			if len(d.launched) != 1 {
				return fmt.Sprintf("launches at %v, want one while it is on its way", d.launched)
			}
			return ""
		}},
		// The first machine is seen 1 s after its network is up and refuses the request
		// for 2 s more: the original drops it and launches the next.
		{"drop", 0, every(1, time.Second, 0, time.Second), func(p *route.NovaOriginal) { p.Drop = false }, func(d *diary) string {
			for _, p := range d.sent[0] {
				if p.worker != 0 {
					return fmt.Sprintf("sent %+v, want machine 0 each time", d.sent[0])
				}
			}
			if len(d.sent[0]) < 2 || len(d.launched) != 1 {
				return fmt.Sprintf("sent %+v, launches at %v; want another attempt on the first machine", d.sent[0], d.launched)
			}
			return ""
		}},
	}
}

// faultsOfCounting are those of what a request counts.
func faultsOfCounting() []originalFault {
	const key = 7
	small := []workloads.Arrival{ // 0.4 units, known the second time
		{At: 0, Work: 170 * time.Millisecond, Key: key},
		{At: 4 * time.Second, Work: 170 * time.Millisecond, Key: key},
	}
	// The first is of a class of which nothing is known and counts 1 by the mean; then
	// it has one, 4.7 units, of which a machine takes four.
	long := append(every(1, 0, 0, 2*time.Second), every(5, 10*time.Second, 50*time.Millisecond, 2*time.Second)...)
	return []originalFault{
		{"floor", 1, small, func(p *route.NovaOriginal) { p.Floor = 0 }, func(d *diary) string {
			if w := d.sent[1][0].worker; w != 0 {
				return fmt.Sprintf("a request known to be small went to %d, want the idle machine", w)
			}
			return ""
		}},
		{"unknown", 1, long, func(p *route.NovaOriginal) { p.Unknown = 0 }, func(d *diary) string {
			if w := d.sent[0][0].worker; w != policy.NoWorker {
				return fmt.Sprintf("the first went to machine %d, want a function, as it counts 1", w)
			}
			for r := policy.RequestID(1); r < 5; r++ {
				if p := d.sent[r][0]; p.worker != 0 || p.at != long[r].At {
					return fmt.Sprintf("request %d: %+v, want machine 0 at once", r, p)
				}
			}
			if len(d.launched) == 0 || d.launched[0] != long[5].At {
				return fmt.Sprintf("launches at %v, want the first for the fifth of 4.7 units", d.launched)
			}
			return ""
		}},
	}
}
