package coverage

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"

	"cnv/workloads"
	"cnv/workloads/trace"
)

// recordedLoads are recordings of which more or less comes than was recorded, before as
// many times the servers.
func recordedLoads() (out []*recordedLine) {
	for _, process := range []int{0, 2} {
		for _, load := range []float64{0.5, 1.5, 3} {
			out = append(out, &recordedLine{process: process, load: load})
		}
		out = append(out, &recordedLine{process: process, load: 0.5, how: trace.Thin})
	}
	for _, l := range out {
		l.truth = sync.OnceValues(l.fresh)
	}
	return out
}

var allRecordedLoads = recordedLoads()

// name of the row's case.
func (l *recordedLine) name() string {
	name := recordedProcesses[l.process][0] + " recorded"
	switch {
	case l.how == trace.Thin:
		return name + ", thin"
	case l.load > 0:
		return fmt.Sprintf("%s, load %g", name, l.load)
	}
	return name
}

func (l *recordedLine) servers() int {
	if l.load == 0 {
		return recordedServers
	}
	return int(math.Round(recordedServers * l.load))
}

// users is a draw of the process at the load: as many of its kind, independent of each
// other, the last thinned.
func (l *recordedLine) users(made *workloads.Workload, seed uint64) (workloads.Source, error) {
	if l.load == 0 {
		return made.Open(seed)
	}
	w := workloads.Workload{Replicates: trace.Local, Share: func(seed uint64, version int, keep float64) (workloads.Source, error) {
		src, err := made.Open(seed + uint64(version)<<24)
		return &kept{src, keep, rand.New(rand.NewPCG(seed, uint64(version)))}, err
	}}
	return w.AtLoad(l.load).Open(seed)
}

// A kept source keeps each arrival with a probability.
type kept struct {
	workloads.Source
	share float64
	rng   *rand.Rand
}

// Next implements workloads.Source.
func (s *kept) Next(a *workloads.Arrival) bool {
	for s.Source.Next(a) {
		if s.rng.Float64() < s.share {
			return true
		}
	}
	return false
}

// measureRecorded are resamples of one recording.
func measureRecorded(lines []*recordedLine, metric string) func(n int) ([]outcome, error) {
	return func(n int) (out []outcome, err error) {
		for _, l := range lines {
			level, diff, err := l.cover(metric, n)
			if err != nil {
				return nil, err
			}
			name := l.name() + ", " + metric
			out = append(out, outcome{kind: name, runs: recordedSeeds, k: level.covered, n: level.n}, outcome{kind: name + ", Δ", runs: recordedSeeds, k: diff.covered, n: diff.n})
		}
		return out, nil
	}
}
