package results

import (
	"math"
	"time"
)

// demandUtilisation turns offered load into demand: as many machines as are
// busy for this share of the time, which is what initial = "auto" starts with.
const demandUtilisation = 0.7

// demandStep is over how long demand is averaged, and how often the directions
// of supply and demand are compared. It outlasts what one long request brings.
const demandStep = time.Minute

// An elasticity compares the VMs that were ready with those that the load asked
// for, by the metrics of the SPEC Research Group (Herbst et al. 2016, Ready for
// Rain?, arXiv:1604.03470, section 3; they normalise what Herbst, Kounev, Weber,
// Groenda 2015, BUNGEE, doi:10.1109/SEAMS.2015.23 gave in machines). With
// supply s and demand d, both in reference cores, over the time T of arrivals:
//
//	θ_U = 1/T ∫ max(d-s, 0)/d dt       θ_O = 1/T ∫ max(s-d, 0)/d dt
//	τ_U = share of T with s < d        τ_O = share of T with s > d
//	υ   = share of T in which s and d do not change in the same direction
//	σ   = (θ_U⁵ + θ_O⁵ + τ_U⁵ + τ_O⁵ + υ⁵)^(1/5), the Minkowski distance to a
//	      perfect scaler (Bauer et al. 2019, doi:10.1109/TPDS.2018.2870389)
//
// Demand is the least number of machines, one at least, whose utilisation the
// load of that minute keeps to demandUtilisation; a machine is the mean of
// those ready. Functions are no supply: a fleet that overflows to them by
// design lacks VMs. Time after the last arrival does not count.
//
// Note: the published demand is the least capacity that keeps the SLO, found
// by load tests; a target of utilisation needs none. BUNGEE's program counts
// in υ only supply that rises against demand, the report both directions.
type elasticity struct {
	last    time.Duration // the sample before
	machine float64       // reference cores of a VM; 0 none was ready yet
	held    []supply      // of the minute under way
	offered float64       // core-seconds that arrived in it
	span    time.Duration // of it
	before  minute
	steps   int

	now, counted provision // up to now, and up to the last arrival
}

// A supply is capacity, in reference cores, for some seconds.
type supply struct{ seconds, cores float64 }

// A minute is what directions are taken from, reference cores.
type minute struct{ supply, demand float64 }

// A provision is sums over time, seconds.
type provision struct {
	time, under, over      float64 // all of it; weighted by what is lacking or spare, relative to demand
	lacking, spare         float64 // with too little, with too much
	directed, contradicted float64 // with a minute before; with other directions
}

// tick takes a point of the timeline.
// A sample stands for the time since the one before.
func (e *elasticity) tick(s *Sample) {
	step := s.At - e.last
	if step <= 0 {
		return
	}
	e.last = s.At
	e.held = append(e.held, supply{step.Seconds(), s.CapacityCores})
	e.offered += s.OfferedCores * step.Seconds()
	if s.Ready > 0 {
		e.machine = s.CapacityCores / float64(s.Ready)
	}
	if e.span += step; e.span >= demandStep {
		e.close()
	}
}

// close ends a minute.
func (e *elasticity) close() {
	size := e.machine
	// No machine was ready yet: demand is in machines of one reference core.
	if size == 0 {
		size = 1
	}
	load := e.offered / e.span.Seconds()
	// A whole number of machines; the small number keeps a load that is exactly theirs from
	// asking for one more.
	demand := size * max(math.Ceil(load/demandUtilisation/size-1e-9), 1)
	p := &e.now
	for _, s := range e.held {
		p.time += s.seconds
		switch gap := (s.cores - demand) / demand; {
		case gap < -1e-9: // sums of speeds are not exact
			p.under, p.lacking = p.under-gap*s.seconds, p.lacking+s.seconds
		case gap > 1e-9:
			p.over, p.spare = p.over+gap*s.seconds, p.spare+s.seconds
		}
	}
	at := minute{e.held[len(e.held)-1].cores, demand}
	if e.steps++; e.steps > 1 {
		p.directed += e.span.Seconds()
		if sign(at.supply-e.before.supply) != sign(at.demand-e.before.demand) {
			p.contradicted += e.span.Seconds()
		}
	}
	// Up to here it counts, as work arrived; minutes after it do once more work comes.
	if e.offered > 0 {
		e.counted = e.now
	}
	e.before, e.held, e.offered, e.span = at, e.held[:0], 0, 0
}

// sign is the direction of a change: -1, 0 or 1.
func sign(change float64) int {
	switch {
	case change > 1e-9:
		return 1
	case change < -1e-9:
		return -1
	}
	return 0
}

// end closes the last minute, if it is at least half of one.
func (e *elasticity) end() {
	if e.span >= demandStep/2 {
		e.close()
	}
}

// part is a sum over the time that counts; 0 if no VM was ever ready, so that
// nothing is told of it.
// A policy that uses functions alone has no elasticity of machines to judge.
func (e *elasticity) part(of func(*provision) float64) float64 {
	if e.machine == 0 {
		return 0
	}
	return of(&e.counted)
}

// elastic is such a sum of a run.
func elastic(of func(*provision) float64) kind {
	return sum(func(s *summary) float64 { return s.elastic.part(of) })
}

// deviation is σ. It is NaN where υ is, of a run with fewer than two minutes that count.
func deviation(at Sums) float64 {
	time, distance := at("provisioned_s"), 0.0
	for _, x := range []float64{
		at("under_s") / time, at("over_s") / time, at("lacking_s") / time, at("spare_s") / time, at("contradicted_s") / at("directed_s"),
	} {
		distance += math.Pow(x, 5)
	}
	return math.Pow(distance, 1.0/5)
}

// elasticityColumns are empty in runs in which no VM was ever ready: both lengths of time
// are 0.
var elasticityColumns = []Column{
	{"theta_under", "fraction", "provisioning accuracy θ_U: cores that ready VMs lacked for the load, relative to what it demands, mean over time. Supply is the reference cores of ready VMs in the rows of the timeline, each row for the time since the one before; demand is, minute by minute, the fewest machines (one at least; each as large as those last ready are on average) that the work which arrived keeps busy for 70 % of the time at most; a last minute counts if it is half of one, and time after the last minute in which work arrived does not", LowerIsBetter, overTime("under_s", "provisioned_s", 1)},
	{"theta_over", "fraction", "θ_O: cores that they had too many, likewise", LowerIsBetter, overTime("over_s", "provisioned_s", 1)},
	{"tau_under", "fraction", "provisioning time share τ_U: time with too few VMs", LowerIsBetter, overTime("lacking_s", "provisioned_s", 1)},
	{"tau_over", "fraction", "τ_O: time with too many VMs", LowerIsBetter, overTime("spare_s", "provisioned_s", 1)},
	{"instability", "fraction", "υ: minutes in which supply and demand did not change in the same direction; nothing where fewer than two count", LowerIsBetter, overTime("contradicted_s", "directed_s", 1)},
	{"scaling_deviation", "1", "σ: distance of the five to a perfect scaler, by the fifth norm", LowerIsBetter, function(deviation)},
}

// elasticityParts are what these are made of.
var elasticityParts = []Column{
	{"provisioned_s", "s", "time that counts for the elasticity metrics: whole minutes until the last in which work arrived; 0 if no VM was ever ready", NeitherIsBetter, elastic(func(p *provision) float64 { return p.time })},
	{"under_s", "s", "time with too few VMs, weighted by what is lacking relative to demand", NeitherIsBetter, elastic(func(p *provision) float64 { return p.under })},
	{"over_s", "s", "time with too many VMs, weighted likewise", NeitherIsBetter, elastic(func(p *provision) float64 { return p.over })},
	{"lacking_s", "s", "time with too few VMs", NeitherIsBetter, elastic(func(p *provision) float64 { return p.lacking })},
	{"spare_s", "s", "time with too many VMs", NeitherIsBetter, elastic(func(p *provision) float64 { return p.spare })},
	{"directed_s", "s", "minutes with a minute before, of whose direction something is told", NeitherIsBetter, elastic(func(p *provision) float64 { return p.directed })},
	{"contradicted_s", "s", "those in which supply and demand did not change in the same direction", NeitherIsBetter, elastic(func(p *provision) float64 { return p.contradicted })},
}
