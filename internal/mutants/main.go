// Mutants asks whether the tests of a package can fail: it changes one place of the
// package's code at a time (a mutant) and runs the tests that come to this place. A mutant
// that no test notices is behaviour that no test states.
//
// All mutants of a run are compiled into one test binary per package, and an environment
// variable says which one acts.
//
//	go run ./internal/mutants --sample 40 --seed 1 ./policy ./sim
//	go run ./internal/mutants --changed main ./policy/... ./sim
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"syscall"
	"time"
)

// Options are what the command line says.
type Options struct {
	Packages []string      // patterns of packages to mutate, as the go command reads them
	With     []string      // packages whose tests run too
	Dir      string        // the folder that patterns are read in
	Sample   int           // how many mutants; 0 means all
	Seed     uint64        // of the sample
	Changed  string        // only lines that differ from this revision, if not empty
	Only     []string      // only mutants whose "file:line:" begins with one of these, if any
	List     bool          // print the mutants and run nothing
	Verbose  bool          // print every mutant, not only those that survive
	Short    bool          // run tests with -short
	Run      string        // only tests whose names match, if not empty
	Longest  time.Duration // leave tests out that take more CPU time; 0 means none
	Limit    time.Duration // the CPU time that a test may take with a mutant, beside ten times what it takes without
	Budget   time.Duration // begin no further mutant after this time, no further test without one after half; 0 means no limit
	Want     float64       // fail if a lower share of leastJudged or more is killed, in [0, 1]
	Jobs     int           // processes at a time
}

// leastJudged is of how many mutants a share says something.
const leastJudged = 10

// couldNotJudge is the exit code by which a check tells .ci/run that it could not judge.
const couldNotJudge = 77

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var o Options
	with, only := "", ""
	flag.StringVar(&with, "with", "", "also run the tests of these packages (patterns with commas between)")
	flag.IntVar(&o.Sample, "sample", 0, "try this many `mutants`, drawn at random (default all)")
	flag.Uint64Var(&o.Seed, "seed", 1, "the sample's seed: the same source and seed give the same sample")
	flag.StringVar(&o.Changed, "changed", "", "only lines that differ from this `revision`")
	flag.StringVar(&only, "only", "", "only places that begin so: `file:line:` (several with commas between)")
	flag.BoolVar(&o.List, "list", false, "list the mutants and run nothing")
	flag.BoolVar(&o.Verbose, "verbose", false, "print every mutant, not only those that survive or are not reached")
	flag.BoolVar(&o.Short, "short", false, "run tests with -short")
	flag.StringVar(&o.Run, "run", "", "only tests whose names match this regular `expression` (default all)")
	flag.DurationVar(&o.Longest, "longest", 0, "leave tests out that take `longer`, in CPU time (default none)")
	flag.DurationVar(&o.Limit, "limit", 10*time.Second, "a test with a mutant may take this CPU `time` and ten times what it takes without")
	flag.DurationVar(&o.Budget, "budget", 0, "begin no further mutant after this `time`, and no further test without one after half of it (default no limit)")
	flag.Float64Var(&o.Want, "want", 0, "fail if tests killed a lower `share` of the mutants, in [0, 1], of 10 or more")
	flag.IntVar(&o.Jobs, "jobs", runtime.NumCPU(), "processes at a time")
	flag.Parse()
	o.Dir, o.Packages, o.With, o.Only = ".", flag.Args(), split(with), split(only)
	if len(o.Packages) == 0 {
		o.Packages = []string{"."}
	}
	all, err := hunt(ctx, o, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
	if len(all) > 0 && !slices.ContainsFunc(all, func(j judged) bool { return j.verdict != unjudged }) {
		fmt.Println("the time was up before any mutant was judged")
		os.Exit(couldNotJudge)
	}
}

// hunt does what the options say, and returns what became of each mutant.
func hunt(ctx context.Context, o Options, w io.Writer) ([]judged, error) {
	began := time.Now()
	root, err := moduleRoot(ctx, o.Dir)
	if err != nil {
		return nil, err
	}
	packages, err := load(ctx, root, o.Dir, o.Packages)
	if err != nil {
		return nil, err
	}
	sites, err := choose(ctx, o, root, packages)
	if err != nil {
		return nil, err
	}
	if o.List || len(sites) == 0 {
		for _, s := range sites {
			fmt.Fprintf(w, "%s:%d: %s: %s\n", s.File, s.Line, s.Func, s.Change)
		}
		fmt.Fprintf(w, "%d mutants\n", len(sites))
		return nil, nil
	}
	equivalents, err := readEquivalents(root + "/" + equivalentFile)
	if err != nil {
		return nil, err
	}
	t := &trial{Options: o, runner: &runner{jobs: o.Jobs, names: o.Run, short: o.Short, longest: o.Longest, limit: o.Limit}, out: w, equivalents: equivalents}
	if o.Budget > 0 {
		t.until = began.Add(o.Budget)
		t.runner.until = began.Add(o.Budget / 2)
	}
	all, err := t.of(ctx, packages, sites)
	if err != nil {
		return nil, err
	}
	return all, errors.Join(o.wanted(table(w, all)), ctx.Err())
}

// wanted is an error where a lower share is killed than is wanted, unless few were judged.
func (o *Options) wanted(c counts) error {
	share, of := c.share()
	if of < leastJudged || share >= o.Want {
		return nil
	}
	return fmt.Errorf("tests killed %.0f %% of %d mutants, want %.0f %%: state in a test what the survivors change, or list in %s why none can",
		100*share, of, 100*o.Want, equivalentFile)
}
