package starter

import (
	"math"
	"path/filepath"

	"cnv/experiments/plan"
	"cnv/policy"
	"cnv/policy/catalog"
)

// mostMachines is the size of a planned fleet from which on larger machines are taken.
const mostMachines = 16

// A fleet is the planned machines.
type fleet struct {
	instance catalog.Instance
	n, max   int
	mean     int     // what the mean load alone would be
	load     float64 // offered in the mean, cores
}

// sizes are the machines to choose from, of one, two, ... cores of speed 1.
var sizes = []string{"c7g.medium", "c7g.large", "c7g.xlarge", "c7g.2xlarge", "c7g.4xlarge", "c7g.8xlarge", "c7g.16xlarge"}

// chooseFleet takes as many machines as the file's own initial = "auto" gives for a load
// (cores), of a size that makes them a few.
func (d *Design) chooseFleet(dir string, load float64) (err error) {
	f := &d.fleet
	f.load = load
	for i, name := range sizes {
		if f.instance, err = catalog.Lookup(name); err != nil {
			return err
		}
		f.mean = max(int(math.Ceil(f.load/plan.AutoUtilisation/float64(f.instance.VCPUs))), 1)
		if f.mean > mostMachines && i < len(sizes)-1 {
			continue // for the peaks it would be more still
		}
		if f.n, err = d.planned(dir); err != nil {
			return err
		}
		if f.n <= mostMachines {
			break
		}
	}
	f.max = max(4*f.n, 10)
	d.say("machines", "%s (%d vCPU), %d at the start and at most %d: with %d at all times, each request to the shortest queue, 99 %% of the log's requests that can be are in time; the mean load of %.3g cores alone would want %d",
		f.instance.Name, f.instance.VCPUs, f.n, f.max, f.n, f.load, f.mean)
	return nil
}

// planned is how many machines of the chosen size the file's own plan begins with.
func (d *Design) planned(dir string) (int, error) {
	within, err := filepath.Abs(filepath.Dir(dir))
	if err != nil {
		return 0, err
	}
	as := *d
	as.trace, as.fleet.max = filepath.Base(dir), policy.MaxWorkers
	text, err := as.File()
	if err != nil {
		return 0, err
	}
	p, err := plan.Parse(d.trace+".toml", within, text, plan.Options{})
	if err != nil {
		return 0, err
	}
	return p.Cells()[0].Config(1).Pools[0].Initial, nil
}
