package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"strconv"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/results/compare"
)

// A compareCmd is `compare`.
type compareCmd struct {
	Experiments []string `arg:"" optional:"" name:"experiment" help:"Names (see list) or files; quickstart if none is given."`
	Seeds       *int     `help:"Replications, instead of what the file says." placeholder:"N"`
	Until       string   `help:"Add seeds, from 40 to 320, until each difference of a primary metric to the first policy is known to within this: in points where the metric is a share, else in per cent of the first policy's mean. The intervals hold together, however often they are looked at." placeholder:"2%"`
	Saturate    string   `help:"Also search the highest load at which at most this share of requests are avoidable misses, from a 64th to 16 times the file's." placeholder:"1%"`
	Tune        *int     `help:"First let every policy try so many choices of its parameters on training runs; then compare the policies, as they are and tuned, on other runs." placeholder:"N"`
	Worlds      *int     `help:"Try each finding in so many worlds, which are drawn from what is not known for certain, instead of the file's number; 0: in none." placeholder:"N"`
	Vary        []string `sep:"none" help:"Also run with another value of one key and all else the same, and say which change moves the answer most. Repeatable." placeholder:"KEY=VALUE"`
	Against     string   `help:"Folder of results of live: also say what the simulator gives for the live runs, beside what was measured." placeholder:"DIR"`
	Jobs        int      `help:"How many runs at once; by default one for each core." placeholder:"N"`
	Out         string   `help:"Folder for results; each experiment gets one of its name." default:"results" placeholder:"DIR"`
	Format      string   `help:"What is printed: table, csv or json; csv also makes --requests write CSV." enum:"table,csv,json" default:"table"`
	Requests    bool     `help:"Also write one row per request."`
	Journal     bool     `help:"Also keep a journal of every decision, for replay and explain."`
	NoFigures   bool     `help:"No figures and no report."`
	Shard       string   `help:"Only the I-th of N parts of the runs, for merge to put together; \"auto\" asks Slurm, AWS Batch or Kubernetes which, \"auto/N\" where they do not say of how many, and \"auto/N@FIRST\" for tasks of an array of N from FIRST on that are run again." placeholder:"I/N"`
	Fresh       bool     `help:"Run everything again. Without it, runs that this build has finished before are not run again."`
	Quiet       bool     `help:"Print nothing; errors still go to stderr."`
	Verbose     bool     `help:"Print tables by workload, all findings, warnings and assumptions, too; all of it is in the report."`

	part  shard
	brief func(set *compare.Set) []string // in place of the answer; nil: all is printed
	looks int                             // that --until may take
	began int                             // seeds that it was given; 0: it is not --until
	from  []string                        // further folders that merge takes runs from
	past  *livePast                       // of --against
	merge bool                            // run nothing: put together what others have run
}

// Run compares the experiments one after the other. All files are read
// before the first run begins.
func (cmd *compareCmd) Run(c *console) error {
	if err := cmd.check(); err != nil {
		return err
	}
	var err error
	if cmd.part, err = parseShard(cmd.Shard, os.Getenv); err != nil {
		return badInput{err}
	}
	limit, err := parsePercent("--saturate", cmd.Saturate)
	if err != nil {
		return badInput{err}
	}
	target, err := parsePercent("--until", cmd.Until)
	if err != nil {
		return badInput{err}
	}
	names := cmd.Experiments
	if len(names) == 0 {
		names = []string{"quickstart"}
	}
	var plans []*plan.Plan
	var errs []error
	for _, name := range names {
		p, err := cmd.read(name)
		errs = append(errs, err)
		plans = append(plans, p)
	}
	errs = append(errs, differ(plans))
	if cmd.Against != "" && errors.Join(errs...) == nil {
		if cmd.past, err = livePastOf(cmd.Against, plans[0]); err != nil {
			return badInput{err}
		}
	}
	if err := errors.Join(errs...); err != nil {
		return badInput{err}
	}
	if c.kept != nil && !cmd.Fresh && !cmd.Journal && !cmd.merge {
		c.kept.Store(true)
	}
	for i, p := range plans {
		switch {
		case target > 0:
			err = cmd.until(c, names[i], p, target)
		case cmd.Tune != nil:
			err = cmd.tune(c, names[i], p)
		case len(cmd.Vary) > 0:
			err = cmd.vary(c, names[i], p)
		default:
			err = cmd.compare(c, names[i], p, limit)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// check refuses flags that make no sense or do not go together.
func (cmd *compareCmd) check() error {
	switch {
	case cmd.Tune != nil && (*cmd.Tune < 2 || *cmd.Tune > 10_000):
		return refuse("cnv: --tune %d, must be 2 to 10,000: the first trial is the policy as it is", *cmd.Tune)
	case cmd.Against != "" && len(cmd.Experiments) > 1:
		return refuse("cnv: --against %s is about one experiment; %d are given", cmd.Against, len(cmd.Experiments))
	case cmd.Format != "table" && len(cmd.Experiments) > 1:
		return refuse("cnv: --format %s prints one experiment; %d are given", cmd.Format, len(cmd.Experiments))
	case cmd.Seeds != nil && *cmd.Seeds < 1:
		return refuse("cnv: --seeds %d, must be at least 1", *cmd.Seeds)
	case cmd.Jobs < 0:
		return refuse("cnv: --jobs %d, must be at least 1", cmd.Jobs)
	}
	return cmd.together()
}

// read reads an experiment.
func (cmd *compareCmd) read(name string) (*plan.Plan, error) {
	e, err := findExperiment(name)
	if err != nil {
		return nil, err
	}
	return plan.Parse(e.File, e.Dir, e.Text, plan.Options{Seeds: cmd.Seeds, Worlds: cmd.Worlds})
}

// differ refuses two experiments that would share a folder of results.
func differ(plans []*plan.Plan) error {
	seen := map[string]bool{}
	for _, p := range plans {
		if p == nil {
			continue
		}
		if seen[p.Name] {
			return fmt.Errorf("cnv: two experiments are called %s and would write to the same folder", p.Name)
		}
		seen[p.Name] = true
	}
	return nil
}

// compare runs an experiment, writes its results and prints the comparison.
func (cmd *compareCmd) compare(c *console, name string, p *plan.Plan, limit float64) error {
	set, err := cmd.runs(c, name, p)
	if err != nil {
		return err
	}
	defer set.Discard()
	if cmd.part.of > 1 {
		return cmd.tellShard(c, name, set)
	}
	if err := cmd.judge(c, p, set.Set); err != nil {
		return err
	}
	if limit == 0 && !cmd.merge && set.Verdict() == nil {
		if err := cmd.worlds(c, p, set); err != nil {
			return err
		}
	}
	if limit > 0 && set.Verdict() == nil {
		found, err := cmd.saturate(c, p, limit)
		if err != nil {
			return err
		}
		set.Set.Saturate(found)
	}
	return cmd.finish(c, p, set)
}

// options are what the flags say of the results.
func (cmd *compareCmd) options(name string, p *plan.Plan) outcome.Options {
	return outcome.Options{
		Out: cmd.Out, Format: cmd.Format, Requests: cmd.Requests, Journals: cmd.Journal, Figures: !cmd.NoFigures, Quiet: cmd.Quiet, Fresh: cmd.Fresh, Looks: cmd.looks, Merge: cmd.merge, From: cmd.from, Brief: cmd.brief,
		Verbose: cmd.Verbose,
		Command: outcome.CommandLine(cmd.again(name, p)...),
	}
}

// again is the command that gives the same results, of one machine where several have run
// their parts: nothing was tried in other worlds then.
func (cmd *compareCmd) again(name string, p *plan.Plan) []string {
	out := append([]string{"go", "run", "./experiments/...", "compare", name, "--seeds", strconv.Itoa(cmp.Or(cmd.began, p.Seeds))}, cmd.searches()...)
	if !cmd.merge {
		return out
	}
	out = append(out, "--worlds", "0", "--out", cmd.Out)
	if cmd.Requests {
		out = append(out, "--requests", "--format", cmd.Format)
	}
	return out
}
