package plan

import (
	"fmt"
	"math"
	"slices"
	"time"

	"cnv/policy"
)

const (
	// AutoUtilisation is what initial = "auto" aims at in the mean.
	AutoUtilisation = 0.7
	// AutoLate is the share of a recording's requests that may be avoidable misses with
	// the fleet of initial = "auto".
	AutoLate = 0.01
)

// wait is how long a request of mean work can wait in the mean and be in time, on
// machines of a speed.
func (s *Scenario) wait(speed float64) time.Duration {
	classes := s.Workload.Made.Classes
	if len(classes) == 0 {
		return 0
	}
	service, sum := s.Workload.Made.Load/s.Workload.Made.Rate/speed, 0.0
	for _, c := range classes {
		b := s.Env.top.SLO.of(c.Name)
		if own := c.MeanWork.Seconds() / speed; b.Factor > 0 {
			sum += (b.Factor - 1) * max(own, 0)
		} else {
			sum += max(b.Time.Seconds()-service, 0)
		}
	}
	return time.Duration(sum / float64(len(classes)) * 1e9)
}

// auto is how many workers initial = "auto" gives a pool, within its bounds: enough
// for the offered load at 70 % utilisation, and for a recording also for its peaks (see peaks).
// mean is what the former alone would be.
func (s *Scenario) auto(p *policy.Pool) (n, mean int) {
	w := s.wants(p)
	within := func(n float64) int { return int(min(max(n, float64(p.Min)), float64(p.Max))) }
	return within(max(w.mean, w.peaks)), within(w.mean)
}

// A want is how many workers a pool would have if it had no bounds: for the mean
// load, and for the peaks of a recording; 0 where nothing was recorded.
type want struct{ mean, peaks float64 }

// wants is what the workload wants of a pool.
func (s *Scenario) wants(p *policy.Pool) want {
	n := len(s.Env.pools)
	w := want{mean: machines(s.peaks.of.Workload.Made.Load/AutoUtilisation, n, p)}
	if s.Workload.Recorded() {
		w.peaks = machines(s.peaks.capacity(), n, s.peaks.of.pool(p.Name))
	}
	return w
}

// pool is a pool as the file has it, not as it is in a drawn world.
func (s *Scenario) pool(name string) *policy.Pool {
	i := slices.IndexFunc(s.Env.pools, func(p poolTable) bool { return p.Name == name })
	out := s.Env.pools[i].control()
	return &out
}

// machines is how many of a pool give its part of a capacity, in reference cores, of
// which so many pools have equal parts.
func machines(capacity float64, pools int, p *policy.Pool) float64 {
	const rounding = 1e-9
	return math.Ceil(capacity/float64(pools)/(float64(p.Cores)*p.Speed) - rounding)
}

// planned says how large the fleets of initial = "auto" are that stand on a
// recording.
func (p *Plan) planned(s *Scenario) []premise {
	var out []premise
	if !s.Workload.Recorded() {
		return nil
	}
	for i := range s.Env.pools {
		pool := &s.Env.pools[i]
		for _, pol := range p.Policies {
			if !pol.initial(pool).Auto {
				continue
			}
			control := pool.control()
			pol.bounds(&control)
			text := fmt.Sprintf(`initial = "auto": %s: %s`, s.Name, s.plannedPool(&control, pool.Name))
			out = append(out, premise{before: text, column: "vm_hours"})
		}
	}
	return out
}

// plannedPool says how large a pool of initial = "auto" is, and why.
func (s *Scenario) plannedPool(p *policy.Pool, name string) string {
	n, mean := s.auto(p)
	w := s.wants(p)
	const peaks = "keep the avoidable misses of the recording itself within 1 % where each request joins the shortest queue"
	text := fmt.Sprintf("%d of pool %s, ", n, name)
	switch {
	case w.mean > float64(n) && w.peaks > w.mean:
		return text + fmt.Sprintf("its max, which is less than the mean load wants at 70 %% utilisation (%.0f), and less than the %.0f that %s", w.mean, w.peaks, peaks)
	case w.mean > float64(n):
		return text + fmt.Sprintf("its max, which is less than the mean load wants at 70 %% utilisation (%.0f)", w.mean)
	case w.peaks > float64(n):
		return text + fmt.Sprintf("its max, which is less than the %.0f that %s; for the mean load at 70 %% utilisation it would be %d", w.peaks, peaks, mean)
	case n > mean:
		return text + fmt.Sprintf("as many as %s; for the mean load at 70 %% utilisation it would be %d", peaks, mean)
	}
	return text + "enough for the mean load at 70 % utilisation; the peaks of the recording want no more"
}
