package plan

import (
	"math"
	"slices"
	"strings"
	"time"

	"cnv/policy/catalog"
	"cnv/results/compare"
	"cnv/workloads"
)

// An uncertain constant is a number of the environment that nobody knows exactly.
// Worlds differ in these.
type uncertain struct {
	compare.Constant
	at  func(u float64) float64         // its value at u in (0, 1), evenly over its range
	set func(e *Environment, v float64) // gives an environment of one's own this value
}

// around is the law of a value that is trusted so far: see [catalog.Trust.Factor].
func around(centre float64, t catalog.Trust) func(u float64) float64 {
	return func(u float64) float64 { return centre * math.Pow(t.Factor(), 2*u-1) }
}

// uncertain is what is not known of the environment for certain, in the order in which
// it is set. What the file gives as an axis it asks about, so that is not drawn.
func (e *Environment) uncertain() []uncertain {
	var out []uncertain
	for i := range e.pools {
		out = append(out, e.pools[i].uncertain(i, e)...)
	}
	for k, f := range e.functionTables() {
		out = append(out, f.uncertain(k, e)...)
	}
	return append(out, e.telemetry.uncertain(e)...)
}

// asks says whether a key of a table, or one of the tables below it, is an axis of the file.
func (e *Environment) asks(table, key string) bool {
	return slices.ContainsFunc(e.axes, func(path string) bool {
		path = plain(path)
		return path == join(table, key) || strings.HasPrefix(path, join(table, key)+".")
	})
}

// uncertain is what is not known of the machines of the pool of a place.
func (p *poolTable) uncertain(place int, e *Environment) []uncertain {
	table, prefix, of := plain(p.path), "", ""
	if len(e.pools) > 1 {
		prefix, of = p.Name+"_", " in pool "+p.Name
	}
	asks := func(key string) bool { return e.asks(table, key) || e.asks("cluster", key) }
	var out []uncertain
	column, launched := "launches", "" // launches alone take time
	if len(e.pools) > 1 {
		launched = p.Name
	}
	add := func(name, text string, at func(u float64) float64, set func(p *poolTable, v float64)) {
		c := compare.Constant{Name: prefix + name, Text: text + of, Column: column, Pool: launched}
		out = append(out, uncertain{c, at, func(e *Environment, v float64) { set(&e.pools[place], v) }})
	}
	if !asks("boot") && !asks("launch") && p.launch.median() > 0 {
		p.launch.uncertain(add)
	}
	column, launched = "", ""
	if !asks("instance") {
		trust := catalog.Documented
		if known, err := catalog.Lookup(p.Instance.Name); err == nil {
			trust = known.SpeedTrust()
		}
		add("worker_speed", "a worker speed of %s", around(p.Instance.Speed, trust), func(p *poolTable, v float64) { p.Instance.Speed = v })
	}
	switch {
	case p.Market == "spot" && !asks("spot_usd_per_hour"):
		add("spot_usd_per_hour", "$%s per hour of a spot instance", around(p.price(), catalog.Recalled), func(p *poolTable, v float64) { p.SpotUSD = &v })
	case p.Market != "spot" && !asks("instance") && p.price() > 0:
		add("instance_usd_per_hour", "$%s per hour of an instance", around(p.price(), catalog.InstancePriceTrust), func(p *poolTable, v float64) { p.Instance.USDPerHour = v })
	}
	return out
}

// uncertain is what is not known of a launch: how long it takes, how its parts share
// the time, and how much each varies.
func (l *launchTable) uncertain(add func(name, text string, at func(u float64) float64, set func(p *poolTable, v float64))) {
	share := func(part, whole float64) func(u float64) float64 {
		at := around(part/whole, catalog.LaunchTrust)
		return func(u float64) float64 { return min(at(u), 0.95) }
	}
	waiting, all := l.API.Median()+l.Pending.Median(), l.median()
	add("boot_s", "%s s of boot", around(all, catalog.LaunchTrust), func(p *poolTable, v float64) {
		by := v / p.launch.median()
		for _, part := range p.launch.all() {
			*part = part.times(by)
		}
		p.launch.law = p.launch.law.times(by)
	})
	if waiting > 0 && waiting < all {
		add("boot_unbilled_share", "a share of %s of the boot before it is billed", share(waiting, all), func(p *poolTable, v float64) {
			p.launch.share(v, []*Lag{&p.launch.API, &p.launch.Pending}, []*Lag{&p.launch.Boot, &p.launch.Start, &p.launch.Health})
		})
	}
	starting, running := l.Start.Median()+l.Health.Median(), all-waiting
	if starting > 0 && starting < running {
		add("start_share", "a share of %s of a running machine's boot in which the application starts", share(starting, running), func(p *poolTable, v float64) {
			p.launch.share(v, []*Lag{&p.launch.Start, &p.launch.Health}, []*Lag{&p.launch.Boot})
		})
	}
	if slices.ContainsFunc(l.parts(), func(part Lag) bool { return part.median > 0 }) {
		add("boot_spread", "a spread of %s of the parts of a boot", around(catalog.LaunchSpread, catalog.LaunchTrust), func(p *poolTable, v float64) {
			for _, part := range p.launch.all() {
				*part = part.spread(v)
			}
		})
	}
}

// share gives some parts of a launch such a share of what they and others take together.
func (l *launchTable) share(v float64, some, others []*Lag) {
	sum := func(parts []*Lag) (s float64) {
		for _, part := range parts {
			s += part.Median()
		}
		return s
	}
	a, b := sum(some), sum(others)
	for _, part := range some {
		*part = part.times(v * (a + b) / a)
	}
	for _, part := range others {
		*part = part.times((1 - v) * (a + b) / b)
	}
}

// all is the parts in order, to be changed.
func (l *launchTable) all() []*Lag { return []*Lag{&l.API, &l.Pending, &l.Boot, &l.Start, &l.Health} }

// median is the sum of the parts' medians, seconds.
func (l *launchTable) median() (s float64) {
	for _, part := range l.parts() {
		s += part.Median()
	}
	return s
}

// times is the lag of which every value is multiplied.
func (l Lag) times(by float64) Lag {
	if d, ok := l.Law.(workloads.Lognormal); ok && l.median > 0 {
		return Lag{workloads.Dist{Law: workloads.Lognormal{Median: by * d.Median, Sigma: d.Sigma}}, by * l.median}
	}
	return Lag{Dist: l.Times(by)}
}

// spread is the lag with another spread than is assumed, where one is.
func (l Lag) spread(sigma float64) Lag {
	if l.median > 0 {
		return Lag{workloads.Dist{Law: workloads.Lognormal{Median: l.median, Sigma: sigma}}, l.median}
	}
	return l
}

// uncertain is what is not known of the function of a place.
func (f *functionsTable) uncertain(place int, e *Environment) []uncertain {
	var out []uncertain
	column, prefix := "function_calls", ""
	if f.several() {
		prefix = f.one.Name + "_"
	}
	asks := func(key string) bool { return e.asks("functions", key) || e.asks("function", key) }
	add := func(name, text string, at func(u float64) float64, set func(f *functionsTable, v float64)) {
		out = append(out, uncertain{compare.Constant{Name: prefix + name, Text: text + f.named(), Column: column}, at, func(e *Environment, v float64) { set(e.functions.all()[place], v) }})
	}
	share, _ := catalog.FunctionShare(f.MemoryMB)
	add("function_speed", "a function speed of %s", around(share, catalog.FunctionSpeedTrust), func(f *functionsTable, v float64) { f.speed = v })
	if cold := f.cold().Median(); cold > 0 && !asks("cold") && !asks("restore") && !asks("runtime") {
		trust := catalog.ColdStartTrust
		if f.Cold != nil || f.Restore != nil {
			trust = catalog.LaunchTrust
		}
		add("cold_start_s", "%s s of cold start", around(cold, trust), func(f *functionsTable, v float64) {
			at := Lag{Dist: f.cold().Times(v / cold)}
			if f.Restore != nil {
				f.Restore = &at
			} else {
				f.Cold = &at
			}
		})
	}
	item, _, _ := f.prices()
	add("function_usd_per_gb_s", "$%s per GB-second of a function", around(item.USD(), item.Price().Trust), func(f *functionsTable, v float64) { f.usdPerGBs = v })
	return out
}

// The most that a report is under way where the file does not say, as a part of the
// period and at all.
const (
	mostDelayed = 0.1
	mostDelay   = 5 * time.Second
)

// uncertain is what is not known of telemetry: when in its period a machine reports,
// and how long reports are under way.
func (t *telemetryTable) uncertain(e *Environment) []uncertain {
	if t.Period <= 0 || len(e.pools) == 0 {
		return nil
	}
	period := t.Period.Seconds()
	out := []uncertain{{compare.Constant{Name: "telemetry_phase_s", Text: "a telemetry phase of %s s"},
		func(u float64) float64 { return u * period },
		func(e *Environment, v float64) { e.telemetry.phase = rounded(v) },
	}}
	if e.asks("telemetry", "delay") {
		return out
	}
	at := around(t.Delay.Seconds(), catalog.TelemetryTrust)
	if t.Delay == 0 {
		most := min(mostDelayed*period, mostDelay.Seconds())
		at = func(u float64) float64 { return u * most }
	}
	return append(out, uncertain{compare.Constant{Name: "telemetry_delay_s", Text: "a telemetry delay of %s s"}, at,
		func(e *Environment, v float64) { e.telemetry.Delay = rounded(v) }})
}
