package main

import (
	"fmt"
	"strconv"
	"strings"

	"cnv/experiments/outcome"
	"cnv/results/words"
)

// A shard is a part of the runs: every of-th from the i-th on.
type shard struct{ i, of int }

// mine says whether the n-th run is of this part.
func (cmd *compareCmd) mine(n int) bool { return cmd.part.of <= 1 || n%cmd.part.of == cmd.part.i-1 }

// parseShard reads "I/N", I from 1 on; "auto" asks the scheduler.
func parseShard(text string, getenv func(string) string) (shard, error) {
	if text == "" {
		return shard{1, 1}, nil
	}
	first, count, given := strings.Cut(text, "/")
	if first == "auto" {
		return fromScheduler(text, getenv)
	}
	i, err1 := strconv.Atoi(first)
	of, err2 := strconv.Atoi(count)
	if !given || err1 != nil || err2 != nil || i < 1 || of < 1 || i > of {
		return shard{}, fmt.Errorf("cnv: --shard %s: want I/N with I from 1 to N, such as 2/3, or auto", text)
	}
	return shard{i, of}, nil
}

// tellShard says what a part has done.
func (cmd *compareCmd) tellShard(c *console, name string, o *outcome.Outcome) error {
	if !cmd.Quiet {
		merge := []string{"cnv", "merge", name, "--out", cmd.Out}
		if cmd.Seeds != nil {
			merge = append(merge, "--seeds", strconv.Itoa(*cmd.Seeds))
		}
		if cmd.Requests {
			merge = append(merge, "--requests", "--format", cmd.Format)
		}
		c.printf("shard %d of %d: %d runs are kept in %s; when all are: %s\n", cmd.part.i, cmd.part.of, o.Runs(), o.KeptIn(), outcome.CommandLine(merge...))
	}
	return nil
}

// A mergeCmd is `merge`.
type mergeCmd struct {
	Experiments []string `arg:"" name:"experiment" help:"Names or files, as compare was given them."`
	Seeds       *int     `help:"Replications, instead of what the file says." placeholder:"N"`
	Out         []string `help:"Folders for results that the shards were given, or copies of them. Results are written to the first. Repeatable." default:"results" sep:"none" placeholder:"DIR"`
	Format      string   `help:"Output format: table, csv or json." enum:"table,csv,json" default:"table"`
	Requests    bool     `help:"Also write one row per request; the shards must have been run with this flag too."`
	NoFigures   bool     `help:"No figures and no report."`
	Quiet       bool     `help:"Print nothing; errors still go to stderr."`
}

// Run puts together what shards have run, and runs nothing.
func (cmd *mergeCmd) Run(c *console) error {
	return (&compareCmd{
		Experiments: cmd.Experiments, Seeds: cmd.Seeds, Out: cmd.Out[0], from: cmd.Out[1:], Format: cmd.Format,
		Requests: cmd.Requests, NoFigures: cmd.NoFigures, Quiet: cmd.Quiet, merge: true,
	}).Run(c)
}

// errMissing says which runs no shard of this program has kept.
func errMissing(missing []string, dir string) error {
	const most = 5
	list := strings.Join(missing[:min(most, len(missing))], "\n  ")
	if n := len(missing) - most; n > 0 {
		list += fmt.Sprintf("\n  and %d more", n)
	}
	again := words.IfElse(len(missing) == 1, "run its shard again", "run their shards again")
	return fmt.Errorf("cnv: %s not in %s, at least not of this build and configuration: %s\n  %s", words.Count(len(missing), "run is", "runs are"), dir, again, list)
}
