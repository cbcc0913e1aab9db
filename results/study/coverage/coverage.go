package coverage

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"cnv/results/compare"
)

// garbage is how many percent of what is alive may be garbage: histograms of many short
// runs are made and thrown away, and looking for them took half of the time.
const garbage = 800

// options are the flags.
type options struct {
	experiments int
	seeds       int
	minutes     float64
	only        string
	recursion   bool
	until       float64 // 0: all experiments have as many seeds
	quickstart  string
	quick       bool
	table       string // file of the table
	row         string // of it; "": all
	flags       *flag.FlagSet
}

// Main runs the study with arguments.
func Main(args []string) error {
	if len(args) > 0 && args[0] == "recorded" {
		return recordedMain(args[1:])
	}
	debug.SetGCPercent(garbage)
	var o options
	o.flags = flag.NewFlagSet("coverage", flag.ExitOnError)
	f := o.flags
	f.IntVar(&o.experiments, "experiments", 1000, "of each kind")
	f.IntVar(&o.seeds, "seeds", 10, "replications of an experiment")
	f.Float64Var(&o.minutes, "minutes", 0, "stop each kind when its equal share of so many minutes is over; 0: never")
	f.StringVar(&o.only, "only", "", "kinds whose name contains this")
	f.BoolVar(&o.recursion, "recursion", false, "all queues by recursion, not just those at 95 % load: the same numbers in a seventh of the time")
	f.Float64Var(&o.until, "until", 0, "double the seeds until the interval of the difference of means is at most so wide to each side, relative to the first policy's mean")
	f.StringVar(&o.quickstart, "quickstart", "experiments/quickstart.toml", "experiment that a policy is compared with itself in")
	f.BoolVar(&o.quick, "quick", false, "measure the rows of the table with a tenth of their experiments")
	f.StringVar(&o.table, "table", "", "measure the rows of the table (README quotes some) and write them into this file, each with its own number of experiments unless --experiments is given")
	f.StringVar(&o.row, "row", "", "of the table, rows whose name contains this")
	if err := f.Parse(args); err != nil {
		return err
	}
	if o.experiments < 1 || o.seeds < 2 || o.minutes < 0 || !(o.until >= 0) || f.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "coverage: want --experiments of at least 1, --seeds of 2, --minutes and --until not negative, and nothing else")
		os.Exit(2)
	}
	if o.table != "" || o.quick || o.row != "" {
		return o.claims()
	}
	return o.run()
}

// over is how many replications intervals are over.
func (o *options) over() string {
	if o.until > 0 {
		return fmt.Sprintf("%d to %d", o.seeds, compare.MostSeeds)
	}
	return fmt.Sprint(o.seeds)
}

// claims measures the table, or rows of it.
func (o *options) claims() error {
	began, n := time.Now(), 0
	o.flags.Visit(func(f *flag.Flag) {
		if f.Name == "experiments" {
			n = o.experiments
		}
	})
	of := rowsOf(o.row)
	if len(of) == 0 {
		return fmt.Errorf("coverage: no row of the table is called %q", o.row)
	}
	var faults []string
	for _, c := range of { // the table is written after each, so that an interruption loses one row
		got, some, err := rows([]*claim{c}, n, o.quick)
		if err == nil && o.table != "" {
			err = update(o.table, claimed, got)
		}
		faults = append(faults, some...)
		if err != nil {
			return errors.Join(faulty(faults), err)
		}
	}
	fmt.Printf("%v on %d cores\n", time.Since(began).Round(time.Second), runtime.NumCPU())
	return faulty(faults)
}

// faulty is what is not as it should be, as an error.
func faulty(faults []string) error {
	if len(faults) == 0 {
		return nil
	}
	return fmt.Errorf("coverage: %s", strings.Join(faults, "; "))
}

// run prints a line for each kind of experiment.
func (o *options) run() error {
	began := time.Now()
	all, err := systems()
	if err != nil {
		return err
	}
	var chosen []*system
	for _, s := range all {
		if strings.Contains(s.name, o.only) {
			chosen = append(chosen, s)
		}
	}
	same := strings.Contains(itselfName, o.only)
	heavy := slices.DeleteFunc(heavyTails(), func(h heavyTail) bool { return !strings.Contains(h.name, o.only) })
	kinds := len(chosen) + len(heavy) + len(laws())
	if same {
		kinds++
	}
	share := time.Duration(o.minutes / float64(kinds) * float64(time.Minute))
	if err := o.queues(chosen, share); err != nil {
		return err
	}
	var faults []string
	if len(heavy) > 0 {
		if faults, err = o.heavy(heavy, share); err != nil {
			return err
		}
	}
	if same {
		found, n, err := itself(o.quickstart, o.experiments, o.seeds, share)
		if err != nil {
			return err
		}
		fmt.Printf("\n%s: a difference was found in %.1f %% of %d comparisons.\n", itselfName, 100*float64(found)/float64(n), n)
	}
	some, err := answers(o.only, o.experiments, share)
	if err != nil {
		return err
	}
	more, err := stills(o.only, o.experiments, share)
	if err != nil {
		return err
	}
	faults = slices.Concat(faults, some, more)
	fmt.Printf("%v on %d cores\n", time.Since(began).Round(time.Second), runtime.NumCPU())
	return faulty(faults)
}

// queues prints a line for each queue whose truth is known.
func (o *options) queues(chosen []*system, share time.Duration) error {
	if len(chosen) == 0 {
		return nil
	}
	fmt.Printf("Share of 95 %% intervals over %s replications that contain the truth: of the mean and the 99th percentile of\nresponse times, and of their paired differences (Δ) to a second policy. In parentheses: mean error of the estimates.\n\n", o.over())
	fmt.Printf("%-20s %9s %9s %9s   %-17s %-17s %-7s %-7s %6s\n", "", "requests", "mean, s", "p99, s", "mean", "p99", "Δ mean", "Δ p99", "n")
	for _, s := range chosen {
		s.twin = s.twin || o.recursion
		if err := s.prepare(); err != nil {
			return err
		}
		t, err := s.cover(o.experiments, o.seeds, o.until, share)
		if err != nil {
			return err
		}
		fmt.Printf("%-20s %9d %9.4g %9.4g   %s   %s   %s %s %6d\n", s.name, s.requests, s.truth[0].mean, s.truth[0].p99,
			t.level(0), t.level(1), t.share(2), t.share(3), t.n)
	}
	return nil
}
