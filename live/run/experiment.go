// Package run plays an experiment against real workers: on a cloud of this machine, on AWS,
// or on workers given by address. The live program is its flags.
package run

import (
	"crypto/tls"
	"errors"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/live/admin"
	"cnv/live/aws/deploy"
	"cnv/results"
)

// An Experiment is the runs of an experiment file against real workers.
type Experiment struct {
	Options
	inputs   inputs        // of the workloads that send their own
	slowness slowness      // of all workloads
	access   *admin.Access // to the admin pages
	token    string        // that changes there want, if it was made up
	secure   *tls.Config   // of them; nil: plain HTTP
}

// New is an experiment that nothing was read of yet.
func New(o Options) *Experiment { return &Experiment{Options: o} }

// Run plays every policy of the file on every workload, or serves the first one.
func (e *Experiment) Run(c *Console) error {
	if e.Target == "gateway" {
		return e.drive(c)
	}
	if e.Address != "" {
		return Refuse("cnv: --address %s is of a gateway, for --target gateway; here workers are found by --target %s", e.Address, e.Target)
	}
	t, err := e.target(c)
	if err != nil {
		return BadInput{err}
	}
	p, err := e.plan(c, t)
	if err != nil {
		return BadInput{err}
	}
	if e.slowness, err = e.slowed(c, p); err != nil {
		return BadInput{err}
	}
	if e.DryRun {
		return e.preview(c, t, p)
	}
	if err := t.prepare(c); err != nil {
		return BadInput{err}
	}
	if err := t.present(c, p); err != nil {
		return err
	}
	if err := t.agreed(c, p); err != nil {
		return err
	}
	leading, release, err := t.lead(c.Ctx, newLog(c.Err, e.Log))
	if err != nil {
		return err
	}
	defer release()
	c = &Console{leading, c.Out, c.Err, c.Shipped}
	if e.Serve {
		err = e.serve(c, t, p)
	} else {
		err = e.play(c, t, p)
	}
	return errors.Join(err, t.left())
}

// play plays the file's runs, one after the other, and writes what was measured.
func (e *Experiment) play(c *Console, t target, p *plan.Plan) error {
	cells := p.Cells()
	results, err := outcome.Begin(p, outcome.Options{
		Out: e.Out, Format: e.Format, Requests: e.Requests, Journals: e.Journal, Figures: !e.NoFigures,
		Quiet: e.Quiet, Fresh: e.Fresh, Command: e.command(t, p.Seeds), Measured: e.measured(t), Warnings: liveWarnings(t),
	})
	if err != nil {
		return BadInput{err}
	}
	if swept := results.Swept(); swept != "" {
		e.say(c, "%s", swept)
	}
	left := e.left(p, results)
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
	e.say(c, "%s: %s in real time: about %v%s", p.Name, Plural(n, "run"), about(took), beside)
	if e.Target != "static" && took > e.MaxTime {
		results.Discard()
		return Refuse("cnv: %s: about %v of arrivals, more than --max-time %v: choose some (--policy, --workload, --seeds 1), make the workloads shorter, or allow more", Plural(n, "run"), about(took), e.MaxTime)
	}
	for _, r := range left {
		if err := e.runOne(c, t, p, results, r); err != nil {
			return e.broken(c, results, all, err)
		}
	}
	defer results.Discard()
	err = results.Finish(c.Out)
	if unwritten := (outcome.Unwritten{}); errors.As(err, &unwritten) {
		return e.goesOn(results, all, err)
	}
	return err
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

// left is the runs that no earlier try has left.
func (e *Experiment) left(p *plan.Plan, o *outcome.Outcome) []job {
	var out []job
	for i, cell := range p.Cells() {
		for replication := range p.Seeds {
			r := job{cell, i / len(p.Policies), i % len(p.Policies), replication, p.Seed + uint64(replication)}
			if !o.Kept(r.workload, r.policy, replication, r.seed) {
				out = append(out, r)
			}
		}
	}
	return out
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
	if o.KeptIn() == "" || o.Runs() == 0 {
		return err
	}
	again, rest := "the same command", "goes on with the others"
	if e.Fresh {
		again += " without --fresh"
	}
	if o.Runs() == all {
		rest = "measures none of them again"
	}
	return fmt.Errorf("%w; %d of %d runs are kept: %s %s", err, o.Runs(), all, again, rest)
}

// liveWarnings hold for every live run on a target.
func liveWarnings(t target) []results.Warning {
	out := []results.Warning{{Text: "measured live: another run gives other numbers"}}
	for _, w := range t.warnings() {
		out = append(out, results.Warning{Text: w})
	}
	return out
}

// measured is all that a run's numbers depend on beside its configuration.
func (e *Experiment) measured(t target) string {
	return fmt.Sprintf("%s %s %s %v %d %d %d %g %g %s", t.command(), t.identity(), e.Slow, e.Fault, e.VcpuQuota, e.MaxInstances, e.MaxVcpus, e.MaxUsdPerHour, e.GatewayUsdPerHour, e.Health)
}

// command gives the same experiment again.
func (e *Experiment) command(t target, seeds int) string {
	line := outcome.CommandLine("go", "run", "./experiments/...", "live", e.Experiment, "--seeds", strconv.Itoa(seeds)) + " " + t.command()
	if e.Slow != "auto" {
		line += " --slow " + e.Slow
	}
	return line
}

// plan reads the experiment and checks what can be checked before anything runs.
func (e *Experiment) plan(c *Console, t target) (*plan.Plan, error) {
	if e.Seeds != nil && *e.Seeds < 1 {
		return nil, fmt.Errorf("cnv: --seeds %d, must be at least 1", *e.Seeds)
	}
	if err := e.Limits.Check(); err != nil {
		return nil, err
	}
	switch {
	case !(e.GatewayUsdPerHour >= 0) || math.IsInf(e.GatewayUsdPerHour, 0):
		return nil, fmt.Errorf("cnv: --gateway-usd-per-hour %v: want dollars, 0 or more", e.GatewayUsdPerHour)
	case e.Keep && !e.Serve:
		return nil, errors.New("cnv: --keep goes with --serve: runs that are measured end what they have launched")
	case e.Seeds != nil && e.Serve:
		return nil, fmt.Errorf("cnv: --seeds %d goes without --serve: a gateway that serves is no experiment, and its load comes from elsewhere", *e.Seeds)
	}
	if e.VcpuQuota < 1 {
		return nil, fmt.Errorf("cnv: --vcpu-quota %d, must be at least 1", e.VcpuQuota)
	}
	if err := deploy.CheckName(e.Deployment); err != nil {
		return nil, fmt.Errorf("cnv: --deployment: %w", err)
	}
	if u, err := url.ParseRequestURI(e.Health); err != nil || !strings.HasPrefix(e.Health, "/") || u.Host != "" || strings.ContainsAny(e.Health, " #") {
		return nil, fmt.Errorf("cnv: --health %q: want a path, such as /readyz", e.Health)
	}
	p, err := c.Plan(e.Experiment, plan.Options{Seeds: e.Seeds, Live: true})
	if err != nil {
		return nil, err
	}
	e.access, e.secure, err = e.adminAccess()
	err = errors.Join(err,
		keep(&p.Policies, e.Policy, "policy", func(p *plan.Policy) string { return p.Name }),
		keep(&p.Scenarios, e.Workload, "workload", func(s *plan.Scenario) string { return s.Name }),
	)
	if err != nil {
		return nil, err
	}
	if err = errors.Join(onlySimulated(p.Cells()), t.check(p.Cells()), e.breaks(p.Cells())); err != nil {
		return nil, err
	}
	if err = e.hits(p.Cells()); err != nil {
		return nil, err
	}
	if e.inputs, err = newInputs(p.Cells()); err != nil {
		return nil, err
	}
	_, serr := e.shadow(p, p.Policies[0].Name, 1)
	return p, serr
}

// keep leaves in the list what is named, if anything is.
func keep[T any](list *[]T, names []string, what string, name func(T) string) error {
	if len(names) == 0 {
		return nil
	}
	var there, kept []string
	for _, x := range *list {
		there = append(there, name(x))
	}
	*list = slices.DeleteFunc(*list, func(x T) bool { return !slices.Contains(names, name(x)) })
	for _, x := range *list {
		kept = append(kept, name(x))
	}
	for _, n := range names {
		if !slices.Contains(kept, n) {
			return fmt.Errorf("cnv: no %s %q: there are %s", what, n, strings.Join(there, ", "))
		}
	}
	return nil
}
