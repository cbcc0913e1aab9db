package plan

import (
	"errors"
	"fmt"
	"math"
	"time"

	"cnv/policy/catalog"
	"cnv/sim"
	"cnv/workloads"
)

// A Lag is a duration of the world that differs from time to time: its
// distribution, or its median, as nobody knows more. A constant must be asked
// for, so that no answer depends on two timers that always meet.
//
//	boot = "25s"                                 # an assumed spread
//	boot = { dist = "constant", value = "25s" }  # none
type Lag struct {
	workloads.Dist
	median float64 // seconds, of an assumed law; 0: the file gives the law
}

// assumed is the lag of a median, in seconds, of which no more is known. What
// takes no time takes none each time.
func assumed(median float64) Lag {
	if !(median > 0) {
		return Lag{Dist: workloads.Constant(median)}
	}
	return Lag{workloads.Dist{Law: workloads.Lognormal{Median: median, Sigma: catalog.LaunchSpread}}, median}
}

// UnmarshalTOML takes a duration as a median, and a table as a distribution.
func (l *Lag) UnmarshalTOML(x any) error {
	d, errs := workloads.ParseDist(x)
	if errs != nil {
		return errors.Join(errs...)
	}
	if _, ok := x.(map[string]any); ok {
		*l = Lag{Dist: d}
		return nil
	}
	*l = assumed(d.K)
	return nil
}

// A launchTable is [cluster.launch] or [pool.launch]: the way from a launch
// call to a ready worker, each part a distribution. Parts that are not given
// take no time.
type launchTable struct {
	whole   bool // only the whole is given, and its parts are proportions
	law     Lag  // of the whole, where the file gives one: the parts are constants, in which each draw is divided; else none
	API     Lag  `toml:"api" doc:"until the call returns; 0s"`
	Pending Lag  `toml:"pending" doc:"until it runs and is billed; 0s"`
	Boot    Lag  `toml:"boot" doc:"until the operating system is up; 0s"`
	Start   Lag  `toml:"start" doc:"until the application answers; 0s"`
	Health  Lag  `toml:"health" doc:"until the health check has noticed; 0s"`
}

// The parts of one launch of a c5.xlarge, seconds (Percival 2021, "EC2 boot
// time benchmarking": 1.5 until the API call returned, 4.9 until running,
// 17.2 until the port was closed, 5.6 until it was open). A whole is divided
// in these proportions.
const (
	partAPI, partPending, partBoot, partStart = 1.5, 4.9, 17.2, 5.6
	parts                                     = partAPI + partPending + partBoot + partStart
)

// divided says how a whole is divided.
func divided() string {
	percent := func(p float64) string { return fmt.Sprintf("%.0f %%", 100*p/parts) }
	return "divided into " + percent(partAPI) + " for the API call, " + percent(partPending) + " pending, both not billed, " +
		percent(partBoot) + " until the operating system is up and " + percent(partStart) + " until the application answers, as one launch was (Percival 2021); [cluster.launch] gives the parts themselves"
}

// split makes the parts of a launch of which only the whole is given: of a
// median, parts that vary as is assumed, each by itself; of a constant,
// constants; of a law, constants in whose proportions each of its draws is
// divided, as the sum of independent parts would vary less than the whole.
func split(boot Lag) *launchTable {
	typical := boot.Median()
	if typical == 0 {
		typical = boot.Mean()
	}
	part := func(p float64) Lag {
		if boot.median > 0 {
			return assumed(boot.median * p / parts)
		}
		return Lag{Dist: workloads.Constant(typical * p / parts)}
	}
	l := &launchTable{whole: true, API: part(partAPI), Pending: part(partPending), Boot: part(partBoot), Start: part(partStart)}
	if boot.Law != nil && boot.median == 0 && typical > 0 {
		l.law = boot
	}
	return l
}

// parts is the parts in order.
func (l *launchTable) parts() []Lag { return []Lag{l.API, l.Pending, l.Boot, l.Start, l.Health} }

// mean is the expected time from the call to ready.
func (l *launchTable) mean() time.Duration {
	if l.law.Law != nil {
		return time.Duration(math.Min(l.law.Mean()*1e9, math.MaxInt64/2))
	}
	s := 0.0
	for _, part := range l.parts() {
		s += part.Mean()
	}
	return time.Duration(math.Min(s*1e9, math.MaxInt64/2))
}

// premises are what is assumed of the launches of a pool, if anything.
func (l *launchTable) premises(pool string) []premise {
	median, n := 0.0, 0
	var each []string
	for i, part := range l.parts() {
		if part.median > 0 {
			median += part.median
			each = append(each, [...]string{"api ", "pending ", "boot ", "start ", "health "}[i]+rounded(part.median).String())
			n++
		}
	}
	of := ""
	if pool != "" {
		of = fmt.Sprintf("pool %s: ", pool)
	}
	switch {
	case l.law.Law != nil:
		return []premise{{of + "boot ", l.law.String(), ", each launch " + divided(), "launches", pool}}
	case n == 0 && l.whole && l.Boot.K > 0:
		return []premise{{of + "boot ", rounded(l.median()).String() + " each time", ", " + divided(), "launches", pool}}
	case n == 0:
		return nil
	case l.whole:
		return []premise{{of + "boot ", rounded(median).String(), catalog.LaunchNote(n) + ", " + divided(), "launches", pool}}
	}
	return []premise{{of, list(each), catalog.LaunchNote(n), "launches", pool}}
}

// rounded is seconds as a duration a reader would write.
func rounded(s float64) time.Duration {
	return time.Duration(math.Min(s*1e9, math.MaxInt64/2)).Round(time.Millisecond)
}

// world is the launch as the simulated world knows it.
func (l *launchTable) world() sim.Launch {
	return sim.Launch{
		Whole: l.law.Dist,
		API:   l.API.Dist, Pending: l.Pending.Dist, Boot: l.Boot.Dist, Start: l.Start.Dist, Health: l.Health.Dist,
	}
}

// readLaunch reads the parts of a launch, if the table has them.
func (r *reader) readLaunch(t table, v variant, otherwise *launchTable) *launchTable {
	sub, ok := r.sub(t, "launch")
	if !ok {
		return otherwise
	}
	r.wrong(t.has("boot"), join(t.path, "boot"), "boot is short for the whole of [%s]: give one of them", plain(sub.path))
	r.wrong(len(sub.keys) == 0, plain(sub.path), "gives no part, so a launch would take no time: give api, pending, boot, start or health, or leave the table out")
	l := &launchTable{}
	r.decode(v.apply(sub), nil, l)
	return l
}
