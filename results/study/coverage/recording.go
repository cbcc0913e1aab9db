package coverage

import (
	"math/rand/v2"
	"time"

	"cnv/experiments/plan"
	"cnv/workloads"
)

// recordedWindows is how many windows a recording is cut into, as traces are.
const recordedWindows = 20

// A recording is a stretch of arrivals: all that somebody has of a workload.
type recording struct {
	arrivals []workloads.Arrival
	window   time.Duration
}

// record keeps the arrivals of one run.
func record(cell plan.Cell, seed uint64, n int) (*recording, error) {
	src, err := cell.Scenario.Workload.Made.Open(seed)
	if err != nil {
		return nil, err
	}
	r := &recording{arrivals: make([]workloads.Arrival, 0, n)}
	var a workloads.Arrival
	for src.Next(&a) {
		r.arrivals = append(r.arrivals, a)
	}
	r.window = r.arrivals[len(r.arrivals)-1].At/recordedWindows + 1
	return r, src.Err()
}

// A resampled source is windows of a recording, drawn with replacement, one
// after another.
type resampled struct {
	arrivals []workloads.Arrival
	i        int
}

// resample draws windows.
func (r *recording) resample(seed uint64) *resampled {
	rng := rand.New(rand.NewPCG(seed, recordedWindows))
	windows := make([][]workloads.Arrival, recordedWindows)
	for _, a := range r.arrivals {
		w := a.At / r.window
		windows[w] = append(windows[w], a)
	}
	s := &resampled{arrivals: make([]workloads.Arrival, 0, len(r.arrivals))}
	for k := range recordedWindows {
		w := rng.IntN(recordedWindows)
		for _, a := range windows[w] {
			a.At += time.Duration(k-w) * r.window
			s.arrivals = append(s.arrivals, a)
		}
	}
	return s
}

// Next implements workloads.Source.
func (s *resampled) Next(a *workloads.Arrival) bool {
	if s.i == len(s.arrivals) {
		return false
	}
	*a = s.arrivals[s.i]
	s.i++
	return true
}

// Err implements workloads.Source.
func (s *resampled) Err() error { return nil }
