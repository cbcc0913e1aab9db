package coverage

import (
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"cnv/experiments/plan"
	"cnv/results"
	"cnv/results/compare"
	"cnv/results/stat"
	"cnv/sim"
	"cnv/workloads"
	"cnv/workloads/trace"
)

// recordedProcesses are those whose recordings are resampled. Machines keep pace
// with each on average, and not at its peaks. The truth of each is over fresh draws
// under the same parameters: of the MMPP bursts are drawn again, of all others the
// course of the rate is given, as it is in resamples.
var recordedProcesses = [][2]string{
	{"Poisson", "generator = \"poisson\"\nrate = 5"},
	{"Poisson with a sine", "generator = \"diurnal\"\nrate = 4\nratio = 5\nperiod = \"40m\""},
	{"MMPP", "generator = \"onoff\"\nhigh = 8\nlow = 2\nhigh_for = \"5s\"\nlow_for = \"5s\""},
	{"flash crowd", "generator = \"flash\"\nrate = 3\npeak = 12\nat = \"15m\"\nrise = \"30s\"\nhold = \"2m\"\nfall = \"3m\""},
}

// recordedText is the experiment: a router and a scaler against the first policy.
const recordedText = `question = "Does the interval from one recording contain the truth?"
slo = "5s"
[cluster]
instance = { cores = 1, speed = 1.0, usd_per_hour = 0.036 }
initial = 4
max = 16
[[workload]]
%s
size = "exponential"
mean_work = "500ms"
duration = "40m"
[[policy]]
name = "first"
router = "jsq"
[[policy]]
name = "router"
router = "random"
[[policy]]
name = "scaler"
router = "jsq"
scaler = "demand"
`

// A recordedQuestion is a number whose interval is tried: of a policy, or of its
// difference to the first.
type recordedQuestion struct {
	policy     string
	metric     string
	difference bool
}

var recordedQuestions = []recordedQuestion{
	{"first", meanMetric, false}, {"scaler", "cost_usd", false}, {"router", meanMetric, true},
	{"scaler", meanMetric, true}, {"scaler", "cost_usd", true}, {"scaler", "miss_avoidable", true},
}

// recordedMain is the study of recordings.
func recordedMain(args []string) error {
	f := flag.NewFlagSet("coverage recorded", flag.ExitOnError)
	n := f.Int("experiments", 200, "of each process")
	seeds := f.Int("seeds", 10, "resamples of a recording")
	fresh := f.Int("fresh", 1000, "draws of the process that stand for the truth")
	quick := f.Bool("quick", false, "a tenth of the experiments, and a quarter of the fresh draws")
	how := f.String("replicate", trace.Local, "local or blocks")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *quick {
		*n, *fresh = max(*n/10, 1), max(*fresh/4, 2)
	}
	began := time.Now()
	fmt.Printf("Share of 95 %% intervals over %d resamples (%s) of one recording that contain the truth over %d fresh draws, of %d recordings.\n"+
		"Fresh draws have bursts of their own (MMPP), else the same course of the rate. Columns: mean response and cost of a policy, and differences (Δ) of a router and of a scaler to the first policy.\n\n", *seeds, *how, *fresh, *n)
	fmt.Printf("%-20s %11s %11s %11s %11s %11s %11s\n", "", "mean", "cost", "Δ router", "Δ scaler", "Δ cost", "Δ misses")
	for i, p := range recordedProcesses {
		s, err := newRecordedStudy(p[1], i)
		if err != nil {
			return err
		}
		covered, tried, err := s.cover(*n, *seeds, *fresh, *how)
		if err != nil {
			return fmt.Errorf("%s: %w", p[0], err)
		}
		fmt.Printf("%-20s", p[0])
		for _, k := range covered {
			fmt.Printf(" %9.1f %%", 100*float64(k)/float64(tried))
		}
		if tried < *n {
			fmt.Printf("  %d recordings have too few windows for an interval", *n-tried)
		}
		fmt.Println()
	}
	fmt.Printf("%v on %d cores\n", time.Since(began).Round(time.Second), runtime.NumCPU())
	return nil
}

// A recordedStudy is about one process.
type recordedStudy struct {
	p     *plan.Plan
	seeds uint64 // no two studies share any
}

func newRecordedStudy(process string, i int) (*recordedStudy, error) {
	p, err := plan.Parse("coverage", ".", fmt.Sprintf(recordedText, process), plan.Options{})
	return &recordedStudy{p, uint64(i) << 32}, err
}

// cover counts how many recordings give an interval that holds the truth, by
// question, and how many give intervals.
func (s *recordedStudy) cover(n, seeds, fresh int, how string) (covered []int, tried int, err error) {
	truth, err := s.truth(fresh)
	if err != nil {
		return nil, 0, err
	}
	dir, err := os.MkdirTemp("", "coverage-")
	if err != nil {
		return nil, 0, err
	}
	defer os.RemoveAll(dir)
	var mu sync.Mutex
	covered = make([]int, len(recordedQuestions))
	err = parallel(n, func(e int) error {
		rows, err := s.experiment(filepath.Join(dir, fmt.Sprint(e)), uint64(e), seeds, how)
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		if math.IsNaN(rows[0].Low) {
			return nil
		}
		tried++
		for i, q := range recordedQuestions {
			if q.holds(rows, truth[i]) {
				covered[i]++
			}
		}
		return nil
	})
	return covered, tried, err
}

// holds says whether the interval has the truth.
func (q *recordedQuestion) holds(rows []compare.Compared, truth float64) bool {
	for i := range rows {
		r := &rows[i]
		switch {
		case r.Policy != q.policy || r.Metric != q.metric:
		case !q.difference:
			return r.Low <= truth && truth <= r.High
		case r.Against == "first":
			return r.DiffLow <= truth && truth <= r.DiffHigh
		}
	}
	return false
}

// truth is the answer to all questions by fresh draws of the process.
func (s *recordedStudy) truth(n int) ([]float64, error) {
	answers := make([][]float64, n)
	err := parallel(n, func(k int) error {
		values := map[string]results.Row{}
		for _, cell := range s.p.Cells() {
			row, err := cell.Run(context.Background(), s.seeds+1<<30+uint64(k), recordedRun(cell), nil)
			if err != nil {
				return err
			}
			values[cell.Policy.Name] = row
		}
		for _, q := range recordedQuestions {
			row, first := values[q.policy], values["first"]
			v := row.Value(q.metric)
			if q.difference {
				v -= first.Value(q.metric)
			}
			answers[k] = append(answers[k], v)
		}
		return nil
	})
	means := make([]float64, len(recordedQuestions))
	for _, a := range answers {
		for i, v := range a {
			means[i] += v / float64(n)
		}
	}
	return means, err
}

func recordedRun(cell plan.Cell) *results.Run {
	return results.NewRun(results.RunInfo{Classes: cell.Classes()})
}

// experiment records one draw of the process, and compares the policies over
// resamples of it.
func (s *recordedStudy) experiment(dir string, e uint64, seeds int, how string) ([]compare.Compared, error) {
	made := s.p.Cells()[0].Scenario.Workload.Made
	if _, err := trace.Generate(made, s.seeds+e, dir); err != nil {
		return nil, err
	}
	recorded, err := trace.Open(dir, trace.Options{Replicate: how})
	if err != nil {
		return nil, err
	}
	plan := compare.Plan{Design: results.Design{Workloads: []string{"w"}, Replications: seeds}, Name: "coverage", Over: []string{stat.OverWindows}, Windows: []int{recorded.Windows}, Primary: []string{meanMetric}}
	for _, cell := range s.p.Cells() {
		plan.Policies = append(plan.Policies, cell.Policy.Name)
	}
	set := compare.NewSet(plan, "")
	for k, cell := range s.p.Cells() {
		for i := range seeds {
			if err := resampledRun(set, cell, recorded, k, i, s.seeds+e*1000+uint64(i)); err != nil {
				return nil, err
			}
		}
	}
	return set.Comparison(), nil
}

// resampledRun is one replication.
func resampledRun(set *compare.Set, cell plan.Cell, recorded *workloads.Workload, policy, i int, seed uint64) error {
	src, err := recorded.Open(seed)
	if err != nil {
		return err
	}
	rec, err := set.Open(0, policy, i, seed, cell.Classes())
	if err != nil {
		return err
	}
	row, err := sim.Run(context.Background(), cell.Config(seed), src, rec)
	if err != nil {
		return err
	}
	return set.Add(0, policy, rec, row)
}

// parallel does so many things on all cores.
func parallel(n int, one func(k int) error) error {
	var group errgroup.Group
	group.SetLimit(runtime.NumCPU())
	for k := range n {
		group.Go(func() error { return one(k) })
	}
	return group.Wait()
}
