package coverage

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"sync"
	"time"

	outcomes "cnv/experiments/outcome"
	"cnv/results"
	"cnv/results/compare"
	"cnv/workloads"
	"cnv/workloads/trace"
)

const missMetric = "miss_avoidable"

// A recordedLine is resamples of one recording of a process before four servers with a
// common line, and the same with servers of 1.1 times the speed, by recursion. Some
// requests wait beyond the bound, most of them in few bursts of a recording.
type recordedLine struct {
	process int
	bound   time.Duration
	how     string                                // replicate; "" local
	load    float64                               // of what was recorded, before as many times the servers; 0: 1
	truth   func() (map[string][2]float64, error) // by metric, of the two
}

const (
	recordedServers = 4
	recordedSpeed   = 1.1
	recordedFresh   = 2000 // draws of the process that stand for the truth
	recordedSeeds   = 10   // resamples
)

// recordedLines are the processes, each with a bound that few of its recordings' bursts
// exceed.
func recordedLines() []*recordedLine {
	out := []*recordedLine{{process: 0, bound: 3 * time.Second}, {process: 1, bound: 4 * time.Second}, {process: 2, bound: 4 * time.Second}, {process: 3, bound: 80 * time.Second}}
	for _, l := range out {
		l.truth = sync.OnceValues(l.fresh)
	}
	return out
}

var allRecordedLines = recordedLines()

// speeds of the two policies.
var recordedSpeeds = [2]float64{1, recordedSpeed}

func (l *recordedLine) study() (*recordedStudy, error) {
	return newRecordedStudy(recordedProcesses[l.process][1], l.process)
}

// fresh is the truth.
func (l *recordedLine) fresh() (map[string][2]float64, error) {
	s, err := l.study()
	if err != nil {
		return nil, err
	}
	made := s.p.Cells()[0].Scenario.Workload.Made
	var mu sync.Mutex
	var n, total, missed [2]float64
	draws := recordedFresh
	if l.load > 0 {
		draws = recordedFresh / 4
	}
	_, err = each(draws, 0, func(k int) error {
		for i, speed := range recordedSpeeds {
			src, err := l.users(made, s.seeds+1<<30+uint64(k))
			if err != nil {
				return err
			}
			count, sum, beyond, err := l.walk(src, speed)
			mu.Lock()
			n[i], total[i], missed[i] = n[i]+count, total[i]+sum/count, missed[i]+beyond
			mu.Unlock()
			if err != nil {
				return err
			}
		}
		return nil
	})
	out := map[string][2]float64{}
	for i := range recordedSpeeds {
		mean, share := out[meanMetric], out[missMetric]
		mean[i], share[i] = total[i]/float64(draws), missed[i]/n[i]
		out[meanMetric], out[missMetric] = mean, share
	}
	return out, err
}

// walk is a run without records: its requests, the sum of their response times, and how
// many took too long because they waited.
func (l *recordedLine) walk(src workloads.Source, speed float64) (n, sum, missed float64, err error) {
	line := newLine(l.servers(), speed, false, 0)
	var a workloads.Arrival
	for src.Next(&a) {
		_, finish := line.serve(&a)
		took := finish - a.At
		n, sum = n+1, sum+took.Seconds()
		if took > l.bound && time.Duration(float64(a.Work)/speed) <= l.bound {
			missed++
		}
	}
	return n, sum, missed, src.Err()
}

// cover counts the recordings whose intervals hold the truth of a metric: of the first
// policy, and of the difference to the second.
func (l *recordedLine) cover(metric string, n int) (level, diff held, err error) {
	s, err := l.study()
	if err != nil {
		return level, diff, err
	}
	truth, err := l.truth()
	if err != nil {
		return level, diff, err
	}
	dir, err := os.MkdirTemp("", "coverage-")
	if err != nil {
		return level, diff, err
	}
	defer os.RemoveAll(dir)
	want := truth[metric]
	var mu sync.Mutex
	_, err = each(n, 0, func(e int) error {
		set, err := l.experiment(s, filepath.Join(dir, fmt.Sprint(e)), uint64(e))
		if err != nil {
			return err
		}
		rows := set.Comparison()
		mu.Lock()
		defer mu.Unlock()
		for i := range rows {
			switch r := &rows[i]; {
			case r.Metric != metric || math.IsNaN(r.Low):
			case r.Against != "":
				diff.add(r.DiffLow, r.DiffHigh, want[1]-want[0])
			case r.Policy == "a":
				level.add(r.Low, r.High, want[0])
			}
		}
		return nil
	})
	return level, diff, err
}

// experiment records one draw of the process and compares the two over resamples of it.
func (l *recordedLine) experiment(s *recordedStudy, dir string, e uint64) (*compare.Set, error) {
	defer os.RemoveAll(dir)
	if _, err := trace.Generate(s.p.Cells()[0].Scenario.Workload.Made, s.seeds+e, dir); err != nil {
		return nil, err
	}
	recorded, err := trace.Open(dir, trace.Options{Replicate: l.how})
	if err != nil {
		return nil, err
	}
	if l.load > 0 && l.how != trace.Thin {
		recorded = recorded.AtLoad(l.load)
	}
	set := compare.NewSet(compare.Plan{
		Design:  results.Design{Workloads: []string{"w"}, Policies: []string{"a", "b"}, Replications: recordedSeeds},
		Name:    "coverage",
		Over:    []string{outcomes.Over(recorded.Replicates)},
		Windows: []int{recorded.Windows},
		Beyond:  []float64{recorded.Beyond},
	}, "")
	for k, speed := range recordedSpeeds {
		for i := range recordedSeeds {
			rec, err := set.Open(0, k, i, uint64(i), []string{"request"})
			if err != nil {
				return nil, err
			}
			src, err := recorded.Open(s.seeds + e*1000 + uint64(i))
			if err != nil {
				return nil, err
			}
			line := newLine(l.servers(), speed, false, 0)
			line.bound = l.bound
			row, err := line.run(src, rec)
			if err == nil {
				err = set.Add(0, k, rec, row)
			}
			if err != nil {
				return nil, err
			}
		}
	}
	return set, nil
}
