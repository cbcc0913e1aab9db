package calibrate

import (
	"fmt"
	"math"
	"time"

	"cnv/policy"
	"cnv/policy/catalog"
	"cnv/sim"
	"cnv/workloads"
)

// A launchPart is a part of a launch that a gateway sees.
type launchPart struct {
	key      string
	from, to func(l *Launch) time.Duration
	set      func(l *sim.Launch, d workloads.Dist)
}

// launchParts are all of them. When the operating system was up and when the application
// answered, a gateway does not see: they lie within boot.
var launchParts = []launchPart{
	{"api", func(l *Launch) time.Duration { return l.Asked }, func(l *Launch) time.Duration { return l.Known }, func(l *sim.Launch, d workloads.Dist) { l.API = d }},
	{"pending", func(l *Launch) time.Duration { return l.Known }, func(l *Launch) time.Duration { return l.Running }, func(l *sim.Launch, d workloads.Dist) { l.Pending = d }},
	{"boot", func(l *Launch) time.Duration { return l.Running }, func(l *Launch) time.Duration { return l.Ready }, func(l *sim.Launch, d workloads.Dist) { l.Boot = d }},
}

// fitLaunches fits the launches of a pool: each part by its own law if there are enough of
// them, else all by the median of the whole with the spread that is assumed of launches.
func (s *Seen) fitLaunches(f *Fits, p policy.PoolID) {
	table := s.poolTable(p)
	var all []*Launch
	for _, l := range s.Launches {
		if l.Pool == p {
			all = append(all, l)
		}
	}
	var whole []span
	for _, l := range all {
		whole = s.took(whole, l, l.Asked, l.Ready)
	}
	if len(whole) == 0 {
		f.lacks(table+".boot", "no worker was launched after the start")
		return
	}
	_, given := s.File.late(p)
	switch {
	case len(whole) < fewest && given:
		f.lacks(table+".launch", "%s launched, in %s in the median: too few for laws of the parts, which the experiment gives", policy.Count(len(whole), "worker"), seconds(quantile(survivors(whole), 0.5)))
		return
	case len(whole) < fewest:
		f.knows(table, "boot", fmt.Sprintf("%q", seconds(quantile(survivors(whole), 0.5))), len(whole),
			"median of %d only, so the spread is the one that is assumed of launches", len(whole))
		f.draw(table, "boot", func(r *policy.Rand, c *sim.Config) {
			l, by := &c.Pools[p].Launch, unsure(r, len(whole))
			for _, d := range []*workloads.Dist{&l.Whole, &l.API, &l.Pending, &l.Boot, &l.Start, &l.Health} {
				*d = d.Times(by)
			}
		})
		return
	}
	late := s.startsLate(p, all)
	for _, part := range launchParts {
		var spans []span
		for _, l := range all {
			spans = s.took(spans, l, part.from(l), part.to(l))
		}
		if len(spans) == 0 {
			continue
		}
		values, cut, beside := survivors(spans), 0, 0.0
		if part.key == "boot" {
			beside = late
		}
		for _, x := range spans {
			if x.censored {
				cut++
			}
		}
		also := ""
		if cut > 0 {
			also = fmt.Sprintf("; %d had not come to its end (Kaplan-Meier)", cut)
		}
		if beside > 0 {
			also += fmt.Sprintf("; of it %s is left to start and health, between which a gateway sees nothing", seconds(beside))
		}
		less := make([]float64, len(values))
		for i, v := range values {
			less[i] = max(v-beside, 0)
		}
		f.knows(table+".launch", part.key, f.law(fileName(s.Config.Pools[p].Name, part.key), less), len(spans), "as measured, %s%s", middle(values), also)
		f.between(medianEnds(values))
		f.draw(table+".launch", part.key, func(r *policy.Rand, c *sim.Config) { part.set(&c.Pools[p].Launch, empirical(drawn(r, less))) })
	}
	if !given && late > 0 {
		f.knows(table+".launch", "start", fmt.Sprintf("{ dist = \"constant\", value = %q }", seconds(late)), len(all), "not seen: the share of the time from running to ready that one launch had (Percival 2021)")
	}
}

// unsure is by what factor the median of n launches may be off, as the spread is that which is
// assumed: a median's standard error is 1.25 times that of a mean.
func unsure(r *policy.Rand, n int) float64 {
	return math.Exp(1.25 * catalog.LaunchSpread / math.Sqrt(float64(n)) * r.NormFloat64())
}

// startsLate is how long before it is ready the operating system of a worker is up, seconds:
// as the file says, else by the shares of one launch (Percival 2021: 17.2 s until the port
// was closed, 5.6 s until it was open).
func (s *Seen) startsLate(p policy.PoolID, all []*Launch) float64 {
	if late, given := s.File.late(p); given {
		return late
	}
	var boots []span
	for _, l := range all {
		boots = s.took(boots, l, l.Running, l.Ready)
	}
	if len(boots) == 0 {
		return 0
	}
	return quantile(survivors(boots), 0.5) * 5.6 / (17.2 + 5.6)
}

// took adds what a part of a launch took: a part whose end was not seen was cut off by the
// end of the worker or of the journal.
func (s *Seen) took(to []span, l *Launch, from, until time.Duration) []span {
	switch {
	case from == never:
		return to
	case until != never:
		return append(to, span{s: (until - from).Seconds()})
	}
	end := s.End
	if l.Ended != never {
		end = l.Ended
	}
	return append(to, span{s: (end - from).Seconds(), censored: true})
}

// poolTable is the table of a pool in the experiment file.
func (s *Seen) poolTable(p policy.PoolID) string {
	if len(s.Config.Pools) == 1 {
		return "cluster"
	}
	return fmt.Sprintf("pool.%d", p)
}
