package scale

import (
	"math"
	"time"

	"cnv/policy"
)

// A group is a pool as EC2 Auto Scaling sees it: a worker counts once it has been ready
// for the warm-up, and its utilisation does not count before. Those of the start of the
// run are warm as soon as they are ready.
//
// Source: EC2 Auto Scaling user guide, "Set the default instance warmup" and "Step and
// simple scaling policies" (awsdocs/amazon-ec2-auto-scaling-user-guide 0987d76).
type group struct {
	warm    int     // workers that count
	warming int     // launched, booting, or ready for less than the warm-up
	ending  int     // draining
	wanted  int     // what it was last sized to
	metric  float64 // mean utilisation of the warm ones that report, in [0, 1]
	known   bool    // whether any reports
}

// A CloudMetric is a metric as CloudWatch publishes it: one point a period, late. What is
// here too is what all scalers have in common that act on alarms of it.
type CloudMetric struct {
	Every  time.Duration `toml:"period" doc:"of a point of the metric, and between decisions; at most 14 min with the delay" range:"10s:5m"`
	Delay  time.Duration `toml:"delay" doc:"until a point is published" range:"0s:2m" set:"yes"`
	Warmup time.Duration `toml:"warmup" doc:"a worker that is ready for less counts neither as capacity nor for the metric" range:"0s:10m" set:"yes"`

	pools   []stepAlarms
	seen    group // scratch: as a local it would escape to the heap
	desired []int
}

// stepAlarms are the two alarms of a pool.
type stepAlarms struct{ high, low alarm }

// Period implements policy.Scaler.
func (m *CloudMetric) Period() time.Duration { return m.Every }

// StartsFromNone implements policy.LateStarter: without workers there is no metric.
func (m *CloudMetric) StartsFromNone(policy.PoolID) bool { return false }

// A decider is such a scaler: it says what size a group should have. It is an interface, as a
// method value would be allocated at each decision.
type decider interface {
	decide(g *group, a *stepAlarms) int
}

// size asks for the size of every pool.
func (m *CloudMetric) size(v *policy.ScaleView, by decider) policy.Plan {
	m.desired = m.desired[:0]
	for i := range v.Pools() {
		if i == len(m.pools) {
			m.pools = append(m.pools, stepAlarms{})
		}
		m.seen = m.look(v, policy.PoolID(i))
		m.desired = append(m.desired, by.decide(&m.seen, &m.pools[i]))
	}
	return policy.Plan{Desired: m.desired}
}

// validate checks the parameters: reports are kept for a quarter of an hour.
func (m *CloudMetric) validate() error {
	switch {
	case m.Every < policy.ShortestPeriod:
		return period(m.Every)
	case m.Delay < 0 || m.Every > policy.SampleSpan-time.Minute-min(m.Delay, policy.SampleSpan):
		return notIn("delay", m.Delay, "0s <= delay, and period + delay at most 14m: reports are kept so long")
	case m.Warmup < 0:
		return notIn("warmup", m.Warmup, "0s or more")
	}
	return nil
}

// look is the group as it is now, with the metric of the last period that is published.
// O(workers ready, and reports of them in a period).
func (m *CloudMetric) look(v *policy.ScaleView, p policy.PoolID) group {
	n := v.Pool(p)
	g := group{warming: n.Launching + n.Booting, ending: n.Draining, wanted: n.Wanted()}
	to := v.Now - m.Delay
	sum, reporting := 0.0, 0
	for _, id := range v.Ready() {
		w := v.Worker(id)
		if w.For != p || w.State != policy.StateReady {
			continue
		}
		if w.Launched > 0 && v.Now-w.Ready < m.Warmup {
			g.warming++
			continue
		}
		g.warm++
		if cpu, ok := v.Reported(id, to-m.Every, to); ok {
			sum += cpu
			reporting++
		}
	}
	if reporting > 0 {
		g.metric, g.known = sum/float64(reporting), true
	}
	return g
}

// point is the metric against a threshold.
func (g *group) point(breaches bool) point {
	switch {
	case !g.known:
		return pointMissing
	case breaches:
		return pointBreaching
	}
	return pointWithin
}

// up rounds up to whole workers, but not from an error of rounding.
func up(x float64) int { return int(math.Ceil(min(x, math.MaxInt32) - 1e-9)) }

// down rounds down, but not from an error of rounding.
func down(x float64) int { return int(math.Floor(min(x, math.MaxInt32) + 1e-9)) }
