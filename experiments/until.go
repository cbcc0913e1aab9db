package main

import (
	"fmt"
	"strconv"
	"strings"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/results"
)

// parsePercent reads "2%" or "2 %" as 0.02; "" is 0.
func parsePercent(flag, s string) (float64, error) {
	if s == "" {
		return 0, nil
	}
	number, ok := strings.CutSuffix(strings.TrimSpace(s), "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if !ok || err != nil || !(v >= 0.01 && v <= 100) {
		return 0, fmt.Errorf("cnv: %s %s: want a percentage from 0.01%% to 100%%, such as 2%%", flag, s)
	}
	return v / 100, nil
}

// until runs an experiment with more and more seeds, and writes the results of
// the last round. Runs that are there are kept, so each round costs its new
// seeds only.
func (cmd *compareCmd) until(c *console, name string, p *plan.Plan, target float64) error {
	again := *cmd
	for seeds := max(results.LeastSeeds, p.Seeds); ; seeds = results.MoreSeeds(seeds) {
		again.Seeds = &seeds
		next, err := again.read(name)
		if err != nil {
			return badInput{err}
		}
		set, err := again.runs(c, name, next)
		if err != nil {
			return err
		}
		widest, where := results.Widest(set.Set.Comparison())
		if !cmd.Quiet {
			fmt.Fprintf(c.err, "%s: %d seeds, widest ±%.2g %% (%s)\n", p.Name, seeds, 100*widest, where)
		}
		if widest <= target || seeds >= results.MostSeeds {
			why := fmt.Sprintf("seeds were added until no interval of a primary difference was wider than ±%g %% (--until): %d; such a rule makes intervals a little too narrow", 100*target, seeds)
			if widest > target {
				why = fmt.Sprintf("%d seeds, to which --until adds no more, and the interval of %s is still ±%.2g %% wide", seeds, where, 100*widest)
			}
			set.Set.Warn(why)
			defer set.Discard()
			return set.Finish(c.out)
		}
		set.Discard()
		again.Fresh = false // what the first round has run anew is kept
	}
}

// runs makes the runs of an experiment and gives the set that holds them.
func (cmd *compareCmd) runs(c *console, name string, p *plan.Plan) (*outcome.Outcome, error) {
	set, err := outcome.Begin(p, cmd.options(name, p))
	if err != nil {
		return nil, badInput{err}
	}
	total := (len(p.Scenarios)*len(p.Policies)*p.Seeds + cmd.part.of - cmd.part.i) / cmd.part.of
	tell := startProgress(c.err, p.Name, total, cmd.Quiet)
	err = cmd.runAll(c.ctx, p, set, tell.step)
	tell.finish()
	if err != nil {
		set.Discard()
		return nil, err
	}
	if n := set.KeptRuns(); n > 0 && !cmd.Quiet && !cmd.merge {
		fmt.Fprintf(c.err, "%s: %d of %d runs were there already (--fresh runs them again)\n", p.Name, n, total)
	}
	return set, nil
}
