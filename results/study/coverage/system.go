package coverage

import (
	"context"
	"fmt"
	"math"

	"cnv/experiments/plan"
	"cnv/results"
)

// A system is a workload under two policies whose response times are known.
type system struct {
	name     string
	requests int // of a replication
	toml     [2]string
	truth    [2]truth
	long     int  // requests of the runs that stand for the truth; 0: theory knows it
	windows  bool // replications are resamples of one recording, over windows
	twin     bool // by recursion, not in the simulator: the runs are long
	fleets   [2]fleet

	cells [2]plan.Cell
}

// A fleet is what a policy has: servers of a speed, with a line each or a common
// one.
type fleet struct {
	servers int
	speed   float64
	own     bool
}

// lengths are requests per replication, enough that what is left of the empty
// system at the start is little against the width of the intervals. A queue
// forgets its start within some 1/(1-√ρ)² services: 12, 90 and 1,560 at loads of
// 50, 80 and 95 %. A mean wants some 50 times as many; a 99th percentile, which
// a few busy periods carry, wants these to be many too: with 400,000 requests at
// 95 % load its intervals held the truth 92 times of 100.
var lengths = map[float64]int{0.5: 10_000, 0.8: 40_000, 0.95: 1_600_000}

// systems are the kinds of experiments.
func systems() ([]*system, error) {
	var out []*system
	for _, c := range []int{1, 4} {
		for _, rho := range []float64{0.5, 0.8, 0.95} {
			s := &system{name: fmt.Sprintf("M/M/%d ρ=%g", c, rho), requests: lengths[rho], twin: rho > 0.9}
			s.erlang(c, rho)
			out = append(out, s)
		}
	}
	recorded := &system{name: "M/M/4 ρ=0.8 recorded", requests: 40_000, windows: true}
	recorded.erlang(4, 0.8)
	bursts := &system{name: "MMPP/M/1 ρ=0.6", requests: 100_000, long: 5_000_000}
	for i, speed := range []float64{1, 1.25} {
		bursts.fleets[i] = fleet{1, speed, false}
		bursts.toml[i] = bursts.fleets[i].text("generator = \"onoff\"\nhigh = 1.0\nlow = 0.2\nhigh_for = \"20s\"\nlow_for = \"20s\"")
	}
	return append(out, recorded, bursts), nil
}

// erlang is a queue of c servers with a common line, and another policy that
// meets the same requests: c of 1.25 times the speed if c is 1, else a line of its
// own before each server, chosen at random (each is an M/M/1 queue).
func (s *system) erlang(c int, rho float64) {
	arrivals := fmt.Sprintf("generator = \"poisson\"\nrate = %g", rho*float64(c))
	s.fleets[0], s.truth[0] = fleet{c, 1, false}, erlang(c, 1, rho)
	if c == 1 {
		s.fleets[1], s.truth[1] = fleet{1, 1.25, false}, erlang(1, 1.25, rho/1.25)
	} else {
		s.fleets[1], s.truth[1] = fleet{c, 1, true}, erlang(1, 1, rho)
	}
	for i, f := range s.fleets {
		s.toml[i] = f.text(arrivals)
	}
}

// text is an experiment: servers with a common line are the cores of one
// machine; work is exponential with a mean of 1 s.
func (f fleet) text(arrivals string) string {
	machines, cores := 1, f.servers
	if f.own {
		machines, cores = f.servers, 1
	}
	return fmt.Sprintf(`question = "Does the interval contain the truth?"
slo = "1000x"
[cluster]
instance = { cores = %d, speed = %g, usd_per_hour = 0.0 }
discipline = "fcfs"
initial = %d
max = %d
[[workload]]
%s
size = "exponential"
mean_work = "1s"
requests = REQUESTS
[[policy]]
router = "random"
`, cores, f.speed, machines, machines, arrivals)
}

// cellOf reads an experiment of so many requests per replication.
func cellOf(toml string, requests int) (plan.Cell, error) {
	p, err := plan.Parse("coverage", ".", withRequests(toml, requests), plan.Options{})
	if err != nil {
		return plan.Cell{}, err
	}
	return p.Cells()[0], nil
}

// prepare reads the experiments and finds the truth where theory does not know it.
func (s *system) prepare() error {
	for i := range s.cells {
		var err error
		if s.cells[i], err = cellOf(s.toml[i], s.requests); err != nil {
			return err
		}
	}
	if s.long == 0 {
		return nil
	}
	return s.measure()
}

// longRuns is how many runs stand for the truth; their seeds are no others'.
const longRuns, longSeed = 16, 1 << 40

// measure takes the truth from long runs.
func (s *system) measure() error {
	for i := range s.cells {
		cell, err := cellOf(s.toml[i], s.long)
		if err != nil {
			return err
		}
		values := make([]truth, longRuns)
		_, err = each(longRuns, 0, func(k int) error {
			rec := results.NewRun(results.RunInfo{Classes: []string{"request"}})
			row, err := cell.Run(context.Background(), uint64(longSeed+k), rec, nil)
			values[k] = truth{row.Value(meanMetric), row.Value(p99Metric)}
			return err
		})
		if err != nil {
			return err
		}
		for _, v := range values {
			s.truth[i].mean += v.mean / longRuns
			s.truth[i].p99 += v.p99 / longRuns
		}
		if s.truth[i].mean == 0 || math.IsNaN(s.truth[i].p99) {
			return fmt.Errorf("coverage: %s: no truth from long runs: %v", s.name, s.truth[i])
		}
	}
	return nil
}
