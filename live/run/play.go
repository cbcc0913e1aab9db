package run

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/policy"
	"cnv/results/compare"
)

// play plays the file's runs, one after the other, and writes what was measured.
func (e *Experiment) play(c *Console) error {
	p := e.plan
	cells := p.Cells()
	results, err := outcome.Begin(p, outcome.Options{
		Out: e.Out, Format: e.Format, Requests: e.Requests, Journals: e.Journal, Figures: !e.NoFigures,
		Quiet: e.Quiet, Fresh: e.Fresh, Command: e.command(), Measured: e.measured(), Warnings: e.warnings(), Verbose: true,
	})
	if err != nil {
		return BadInput{err}
	}
	if swept := results.Swept(); swept != "" {
		e.say(c, "%s", swept)
	}
	left := e.left(results)
	took := e.slowness.real(left)
	n, all := len(left), len(cells)*p.Seeds
	if n < all {
		results.Set.Warn(fmt.Sprintf("%d of %d runs were measured by an earlier try that did not end", all-n, all))
		e.say(c, "%s: %d of %d runs are kept of an earlier try (--fresh measures all again)", p.Name, all-n, all)
	}
	beside := " of arrivals, beside starts, ends and the last answers"
	if len(e.slowness.most) > 0 {
		beside = " in all, beside starts and ends"
	}
	e.say(c, "%s: %s in real time: about %v%s", p.Name, policy.Count(n, "run"), about(took), beside)
	if err := e.fitsTime(left); err != nil {
		results.Discard()
		return err
	}
	for _, r := range left {
		if err := e.runOne(c, results, r); err != nil {
			return e.broken(c, results, all, err)
		}
		if trouble := results.Trouble(); trouble != "" {
			results.Set.Warn(trouble)
			fmt.Fprintln(c.Err, "warning: "+trouble)
		}
	}
	defer results.Discard()
	err = results.Finish(c.Out)
	if unwritten := (outcome.Unwritten{}); errors.As(err, &unwritten) {
		return e.goesOn(results, all, err)
	}
	if broken := (outcome.Broken{}); err == nil || errors.As(err, &broken) {
		e.predict(c, results)
	}
	return err
}

// playable says what nobody has to build or launch anything for to know that it cannot be
// played: results could not be written, or it takes too long, unless an earlier try has
// left some of it.
func (e *Experiment) playable() error {
	if err := outcome.Writable(e.Out, e.plan.Name); err != nil {
		return BadInput{err}
	}
	if !e.Fresh && outcome.Resumes(e.Out, e.plan.Name) {
		return nil
	}
	return e.fitsTime(e.jobs())
}

// fitsTime refuses runs that take more than --max-time.
func (e *Experiment) fitsTime(runs []job) error {
	if took := e.slowness.real(runs); e.Target != Static && took > e.MaxTime {
		return Refuse("cnv: %s: about %v of arrivals, more than --max-time %v: choose fewer (--policy, --workload, --seeds 1), shorten the workloads, or raise --max-time", policy.Count(len(runs), "run"), about(took), e.MaxTime)
	}
	return nil
}

// about is a time as people say it.
func about(d time.Duration) time.Duration {
	if d < 10*time.Second {
		return d.Round(100 * time.Millisecond)
	}
	return d.Round(time.Second)
}

// A job is one cell of the experiment under one seed.
type job struct {
	plan.Cell
	workload, policy, replication int
	seed                          uint64
}

// jobs is all runs.
func (e *Experiment) jobs() (out []job) {
	p := e.plan
	for i, cell := range p.Cells() {
		for replication := range p.Seeds {
			out = append(out, job{cell, i / len(p.Policies), i % len(p.Policies), replication, p.Seed + uint64(replication)})
		}
	}
	return out
}

// left is the runs that no earlier try has left.
func (e *Experiment) left(o *outcome.Outcome) []job {
	return slices.DeleteFunc(e.jobs(), func(r job) bool { return o.Kept(r.workload, r.policy, r.replication, r.seed) })
}

// broken is the error of an experiment that ended before its last run: with
// what is left of those that ran.
func (e *Experiment) broken(c *Console, o *outcome.Outcome, all int, err error) error {
	if c.Ctx.Err() != nil && !errors.Is(err, errLostLease) {
		err = errors.New("interrupted: no results were written")
	}
	if journals := o.Abandon(); journals != "" {
		err = fmt.Errorf("%w; the journal of the run that did not end is in %s until you remove it", err, journals)
	}
	return e.goesOn(o, all, err)
}

// goesOn adds to an error what the same command does not have to measure again.
func (e *Experiment) goesOn(o *outcome.Outcome, all int, err error) error {
	n := o.OnDisk()
	if o.KeptIn() == "" || n == 0 {
		return err
	}
	again, rest := "the same command", "goes on with the others"
	if e.Fresh {
		again += " without --fresh"
	}
	if n == all {
		rest = "measures none of them again"
	}
	return fmt.Errorf("%w; %d of %d runs are kept: %s %s", err, n, all, again, rest)
}

// warnings hold for every live run on the target.
func (e *Experiment) warnings() []compare.Warning {
	out := []compare.Warning{{Text: "measured live: another run gives other numbers"}}
	for _, w := range e.target.warnings {
		out = append(out, compare.Warning{Text: w})
	}
	return out
}

// measured is all that a run's numbers depend on beside its configuration.
func (e *Experiment) measured() string {
	return fmt.Sprintf("%s %s %s %v %d %d %d %g %g %s", e.target.command, e.target.identity, e.Slow, e.Fault, e.VcpuQuota, e.MaxInstances, e.MaxVcpus, e.MaxUsdPerHour, e.GatewayUsdPerHour, e.Health)
}

// command gives the same experiment again.
func (e *Experiment) command() string {
	line := outcome.CommandLine("go", "run", "./experiments/...", "live", e.Experiment, "--seeds", strconv.Itoa(e.plan.Seeds)) + " " + e.target.command
	if e.Slow != "auto" {
		line += " --slow " + e.Slow
	}
	return line
}
