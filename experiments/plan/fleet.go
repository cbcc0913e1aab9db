package plan

import (
	"fmt"
	"math"
	"sync"
	"time"

	"cnv/policy"
	"cnv/workloads"
)

const (
	// AutoUtilisation is what initial = "auto" aims at in the mean.
	AutoUtilisation = 0.7
	// AutoLate is the share of a recording's requests that may wait too long in the
	// fleet of initial = "auto".
	AutoLate = 0.01
)

// A sizing is the load that initial = "auto" is for: that of the file, whatever
// else a search tries. It is a plan that the experimenter makes of the whole
// workload, not what a policy knows.
type sizing struct {
	made *workloads.Workload

	once    sync.Once
	offered *workloads.Offered // nil: only the mean load is known

	mu    sync.Mutex
	peaks map[time.Duration]float64 // capacity by wait, reference cores
}

func newSizing(made *workloads.Workload) *sizing {
	return &sizing{made: made, peaks: map[time.Duration]float64{}}
}

// offers reads the recording as it was recorded, or else one version of it; nil
// for generators, whose rate the file gives. What cannot be read is reported by
// the runs.
func (s *sizing) offers() *workloads.Offered {
	s.once.Do(func() {
		src, err := s.made.Whole(1)
		if err != nil {
			return
		}
		if offered, err := workloads.Offer(src, s.made.Span); err == nil {
			s.offered = offered
		}
	})
	return s.offered
}

// peak is the capacity, in reference cores, at which 99 % of the requests of a
// recording wait at most so long; 0 where nothing was recorded.
func (s *sizing) peak(wait time.Duration) float64 {
	if s.offers() == nil {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.peaks[wait]; !ok {
		s.peaks[wait] = s.offered.Capacity(wait, AutoLate)
	}
	return s.peaks[wait]
}

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
// for the offered load at 70 % utilisation, and for a recording also for its peaks.
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
	size := s.Workload.sizing
	pools := float64(len(s.Env.pools))
	workers := func(capacity float64) float64 {
		return math.Ceil(capacity / pools / (float64(p.Cores) * p.Speed))
	}
	w := want{mean: workers(size.made.Load / AutoUtilisation)}
	if s.Workload.Recorded() {
		w.peaks = workers(size.peak(s.wait(p.Speed)))
	}
	return w
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
	peaks := fmt.Sprintf("keep all but 1 %% of the recorded requests from waiting longer than %v if they shared one line", rounded(s.wait(p.Speed).Seconds()))
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
