package constants

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"cnv/experiments/plan"
)

// The move of a constant.
const move = 0.04

// mostSeeds is how many replications verdicts rest on: fewer than shipped files have,
// but of the same test, which flips the signs of six or more.
const mostSeeds = 6

// table is the file that is written.
const table = "results/study/constants/constants.md"

// quickTime is how long --quick begins new checks.
const quickTime = 75 * time.Second

// options are the flags.
type options struct {
	only    string
	quick   bool
	minutes float64
	seed    uint64
	seeds   int
}

// Main runs the study with arguments.
func Main(args []string) error {
	var o options
	f := flag.NewFlagSet("constants", flag.ExitOnError)
	f.StringVar(&o.only, "only", "", "one experiment by name")
	f.BoolVar(&o.quick, "quick", false, "a sample, as large as 75 s allow")
	f.Float64Var(&o.minutes, "minutes", 0, "begin no check after so many, and take them by chance; 0: make all, in order")
	f.Uint64Var(&o.seed, "seed", 1, "of the sample")
	f.IntVar(&o.seeds, "seeds", mostSeeds, "replications, at most as many as the file has")
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() > 0 || o.seeds < 1 || !(o.minutes >= 0) {
		fmt.Fprintln(os.Stderr, "constants: want --seeds of at least 1, --minutes not negative, and nothing else")
		os.Exit(2)
	}
	failed, err := o.run(os.Stdout)
	switch {
	case err != nil:
		return fmt.Errorf("constants: %w", err)
	case failed:
		return errHangs
	}
	return nil
}

// errHangs is of a run whose table says which verdict hangs on one constant.
var errHangs = errors.New("constants: a verdict hangs on one constant")

// run checks, prints the table and says whether a verdict hangs on a constant.
func (o *options) run(out io.Writer) (failed bool, err error) {
	all, err := shipped(o.only, o.seeds)
	if err != nil {
		return false, err
	}
	var checks []*check
	for _, e := range all {
		checks = append(checks, e.checks()...)
	}
	limit := time.Duration(o.minutes * float64(time.Minute))
	if o.quick {
		limit = quickTime
	}
	if limit > 0 {
		r := rand.New(rand.NewPCG(o.seed, 0))
		r.Shuffle(len(checks), func(i, j int) { checks[i], checks[j] = checks[j], checks[i] })
		checks = inTurn(checks)
	}
	done, err := each(checks, limit)
	if err != nil {
		return false, err
	}
	var text bytes.Buffer
	failed = report(&text, all, done, checks, o.seeds)
	if _, err := out.Write(text.Bytes()); err != nil {
		return false, err
	}
	if o.quick || o.seeds != mostSeeds {
		return failed, nil
	}
	return failed, o.write(text.String())
}

// write writes the table, or puts the rows of one experiment into it.
func (o *options) write(text string) error {
	if o.only != "" {
		old, err := os.ReadFile(table)
		if err != nil {
			return err
		}
		files, err := filepath.Glob(filepath.Join(plan.Folder, "*.toml"))
		if err != nil {
			return err
		}
		text = merged(string(old), text, o.only, names(files))
	}
	return os.WriteFile(table, []byte(text), 0o644)
}

// names are those of experiment files.
func names(files []string) (out []string) {
	for _, f := range files {
		out = append(out, strings.TrimSuffix(filepath.Base(f), ".toml"))
	}
	return out
}

// each makes checks on all cores, and begins none after the limit; 0: there is none. It
// returns those that were made, in their order.
func each(checks []*check, limit time.Duration) ([]*check, error) {
	group, running := errgroup.WithContext(context.Background())
	group.SetLimit(runtime.GOMAXPROCS(0))
	began, n := time.Now(), 0
	for _, c := range checks {
		if limit > 0 && time.Since(began) > limit {
			break
		}
		n++
		group.Go(func() error { return c.run(running) })
	}
	return checks[:n], group.Wait()
}
