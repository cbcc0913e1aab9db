// Package placement tells what counts per bin hide. It bins a recorded trace of
// single requests, places them again under each rule, and compares the 99th
// percentile of response times with that of the requests as they were recorded,
// through join-shortest-queue and round robin.
//
//	go run ./results/study placement                          # the recorded requests of this project
//	go run ./results/study placement --bin 60s --seeds 10 DIR # a folder of a trace, such as trace import makes
//
// Counts know nothing of the work, so it is drawn in all cases alike:
// exponential, of which the workers, with one core each, can do twice what comes
// in the mean.
package placement

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"time"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"cnv/experiments/plan"
	"cnv/results"
	"cnv/workloads/trace"
)

// options are the flags.
type options struct {
	bin, work time.Duration
	seeds     int
	cores     int // 0: enough for twice the load
}

// Main runs the study with arguments.
func Main(args []string) error {
	var o options
	f := flag.NewFlagSet("placement", flag.ExitOnError)
	f.DurationVar(&o.bin, "bin", time.Minute, "width of a bin")
	f.DurationVar(&o.work, "work", time.Second, "mean work of a request, on one core")
	f.IntVar(&o.seeds, "seeds", 10, "replications, which differ in their work and in where requests are placed")
	f.IntVar(&o.cores, "cores", 0, "workers; 0: enough for twice the load")
	if err := f.Parse(args); err != nil {
		return err
	}
	dir := filepath.FromSlash("workloads/recorded")
	if f.NArg() == 1 {
		dir = f.Arg(0)
	}
	if o.bin <= instant || o.work <= 0 || o.seeds < 2 || o.cores < 0 || f.NArg() > 1 {
		fmt.Fprintln(os.Stderr, "placement: want --bin above 1ms, --work above 0, --seeds of at least 2, --cores not negative, and one folder of a trace at most")
		os.Exit(2)
	}
	return o.run(os.Stdout, dir)
}

// instant is so short a bin that its counts are the requests as they were
// recorded, without their work.
const instant = time.Millisecond

var (
	rules   = []trace.Placement{trace.Uniform, trace.Even, trace.Burst, trace.OnOff, trace.TimerPhase}
	routers = []string{"jsq", "roundrobin"}
)

// run prints a line for each rule.
func (o options) run(out io.Writer, dir string) error {
	m, err := o.measure(dir)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s: %.3g requests/s, work of %v on %d cores, bins of %v; 95 %% intervals over seeds, n = %d\n\n", filepath.Base(dir), m.rate, o.work, m.cores, o.bin, o.seeds)
	line := func(name string, cell func(router int) string) {
		fmt.Fprintf(out, "%-14s%-18s%s\n", name, cell(0), cell(1))
	}
	line("placed", func(i int) string { return routers[i] })
	line("as recorded", func(i int) string { return fmt.Sprintf("%.2f s", stat.Mean(m.recorded[i], nil)) })
	for k, rule := range rules {
		line(string(rule), func(i int) string {
			mean, half := off(m.recorded[i], m.placed[k][i])
			if math.IsInf(mean, 0) || math.IsNaN(mean) {
				return "infinite"
			}
			return fmt.Sprintf("%+.1f %% ± %.1f", 100*mean, 100*half)
		})
	}
	return nil
}

// A measured trace has 99th percentiles by router and seed, those of placed
// requests by rule before.
type measured struct {
	rate     float64 // requests/s
	cores    int
	recorded [][]float64
	placed   [][][]float64
}

// measure replays a trace as it was recorded and under each rule.
func (o options) measure(dir string) (*measured, error) {
	tmp, err := os.MkdirTemp("", "placement-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	recorded, err := trace.Transform{Bin: instant}.Apply(dir, filepath.Join(tmp, "recorded"))
	if err != nil {
		return nil, fmt.Errorf("placement: %w; it takes a trace of single requests", err)
	}
	if _, err := (trace.Transform{Bin: o.bin}).Apply(dir, filepath.Join(tmp, "counts")); err != nil {
		return nil, fmt.Errorf("placement: %w", err)
	}
	h := recorded.Header
	m := &measured{rate: float64(h.Records) / (time.Duration(h.SpanUS) * time.Microsecond).Seconds(), cores: o.cores}
	if m.cores == 0 {
		m.cores = int(math.Ceil(2 * m.rate * o.work.Seconds()))
	}
	if m.recorded, err = o.percentiles(tmp, "recorded", m.cores, trace.Even); err != nil {
		return nil, err
	}
	for _, rule := range rules {
		p99, err := o.percentiles(tmp, "counts", m.cores, rule)
		if err != nil {
			return nil, err
		}
		m.placed = append(m.placed, p99)
	}
	return m, nil
}

// percentiles are the 99th percentiles, by router and seed, of the trace of a
// name placed by a rule.
func (o options) percentiles(dir, name string, cores int, rule trace.Placement) ([][]float64, error) {
	text := fmt.Sprintf(`question = "What do counts hide?"
seeds = %d
slo = "1000x"
replicate = "none"
[cluster]
instance = { cores = 1, speed = 1.0, usd_per_hour = 0.0 }
discipline = "fcfs"
initial = %d
max = %[2]d
[[workload]]
trace = %q
placement = %q
size = "exponential"
mean_work = %q
`, o.seeds, cores, name, rule, o.work)
	for _, router := range routers {
		text += fmt.Sprintf("[[policy]]\nrouter = %q\n", router)
	}
	p, err := plan.Parse("placement.toml", dir, text, plan.Options{})
	if err != nil {
		return nil, fmt.Errorf("placement: %w", err)
	}
	var out [][]float64
	for _, cell := range p.Cells() {
		var p99 []float64
		for i := range o.seeds {
			row, err := cell.Run(context.Background(), uint64(1+i), results.NewRun(results.RunInfo{Classes: cell.Classes()}), nil)
			if err != nil {
				return nil, err
			}
			p99 = append(p99, row.Value("response_p99_s"))
		}
		out = append(out, p99)
	}
	return out, nil
}

// off is by how much percentiles are off the recorded ones, relative to the mean
// of those: the mean over seeds, and half its 95 % interval.
func off(was, now []float64) (mean, half float64) {
	whole := stat.Mean(was, nil)
	differences := make([]float64, len(was))
	for i := range was {
		differences[i] = (now[i] - was[i]) / whole
	}
	mean, deviation := stat.MeanStdDev(differences, nil)
	n := float64(len(was))
	return mean, distuv.StudentsT{Sigma: 1, Nu: n - 1}.Quantile(0.975) * deviation / math.Sqrt(n)
}
