package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
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

// A liveCmd is `live`.
type liveCmd struct {
	Experiment string   `arg:"" optional:"" default:"quickstart-live" help:"An experiment file, or the name of one that list shows."`
	Target     string   `help:"Where the workers are: local (a cloud on this machine, for which no account is needed), aws, or static (given by --workers); or gateway, one that serves at --address and is sent the load." enum:"local,aws,static,gateway" default:"${target}"`
	Workers    []string `help:"Addresses of workers, for --target static; those of a second pool as NAME=ADDRESS." placeholder:"HOST:PORT,..."`
	Address    string   `help:"Address of a gateway, for --target gateway." placeholder:"HOST:PORT"`
	Worker     string   `help:"The worker program for Linux on arm64, or for this machine with --target local; else it is built." placeholder:"FILE"`
	Deployment string   `help:"Name of the deployment." default:"main" placeholder:"NAME"`
	Region     string   `help:"AWS region; else that of the environment." placeholder:"NAME"`
	Endpoint   string   `help:"Another address of all services, for tests." hidden:"" env:"CNV_ENDPOINT"`

	limits
	GatewayUsdPerHour float64 `help:"What the instance costs that this runs on; deploy --gateway says it." hidden:"" placeholder:"USD"`

	MaxVcpus int  `help:"vCPUs of them; 0: as many as --max-instances of the experiment's types have." default:"0" placeholder:"N"`
	DryRun   bool `help:"Only say what would be run and where, and what it may cost."`
	Yes      bool `help:"With --target aws: do not ask."`

	Slow string `help:"With --target local: how many times slower than real time the experiment's clock runs, so that workers that really compute need not wait for this machine's cores; 1: real time. auto: as slow as workloads with inputs need, others sleep instead, in real time." default:"auto" placeholder:"FACTOR"`

	VcpuQuota int `help:"With --target local: vCPUs that its account may run, on demand and spot each. A new account of AWS has 5." default:"256" placeholder:"N"`

	Fault []string `sep:"none" help:"With --target local: what goes wrong there, such as action=Invoke,code=TooManyRequestsException,from=2s,to=5s (or every=N, next=N, delay=1s; action=? lists all calls, code=? their errors); or action=kill or spot,from=2s (code=INSTANCE), action=zone or outage,code=us-east-1a. Repeatable." placeholder:"ACTION"`

	Policy     []string      `help:"Only these policies of the file." placeholder:"NAME"`
	Workload   []string      `help:"Only these workloads of the file." placeholder:"NAME"`
	Seeds      *int          `help:"Replications, instead of what the file says." placeholder:"N"`
	Shadow     string        `help:"Another policy, of the file or a router: say what it would have done." placeholder:"NAME"`
	Serve      bool          `help:"No load of our own: serve the first policy until interrupted. With --target aws one gateway of a deployment serves, others stand by."`
	Keep       bool          `help:"With --serve: leave the instances at the end to the gateway that comes next, unless the budget is spent; without one they end by themselves after 15 min."`
	Listen     string        `help:"Address of the gateway." default:"127.0.0.1:0" placeholder:"HOST:PORT"`
	Admin      string        `help:"Address of the admin pages. Beyond loopback they want the three that follow." default:"127.0.0.1:0" placeholder:"HOST:PORT"`
	AdminToken string        `help:"File with the token that changes by the admin pages want, 32 characters or more, and beyond loopback all pages. Without it --serve makes one up, and prints it." placeholder:"FILE"`
	AdminCert  string        `help:"File with the certificate of the admin pages, PEM." placeholder:"FILE"`
	AdminKey   string        `help:"File with its key." placeholder:"FILE"`
	Health     string        `help:"Path of the workers' health check." default:"/readyz"`
	Wait       time.Duration `help:"For the initial workers to be ready; 0s: 30s, with --target aws 3m." default:"0s"`
	Drain      time.Duration `help:"For requests in flight at the end." default:"30s"`
	Out        string        `help:"Folder for results; each experiment gets one of its name." default:"results/live" placeholder:"DIR"`
	Format     string        `help:"What is printed: table, csv or json." enum:"table,csv,json" default:"table"`
	Requests   bool          `help:"Also write one row per request."`
	Journal    bool          `help:"Also keep a journal of every decision, for replay and explain."`
	NoFigures  bool          `help:"No figures and no report."`
	Fresh      bool          `help:"Measure all again; else runs that a try has left that did not end are not."`
	Log        slog.Level    `help:"Least level of the log on stderr: debug (each request too), info, warn or error." default:"warn"`
	inputs     inputs        // of the workloads that send their own
	slowness   slowness      // of all workloads
	access     *admin.Access // to the admin pages
	token      string        // that changes there want, if it was made up
	secure     *tls.Config   // of them; nil: plain HTTP

	Quiet bool `help:"Print nothing; errors still go to stderr."`
}

// Run plays every policy of the file on every workload, or serves the first one.
func (cmd *liveCmd) Run(c *console) error {
	if cmd.Target == "gateway" {
		return cmd.drive(c)
	}
	if cmd.Address != "" {
		return refuse("cnv: --address %s is of a gateway, for --target gateway; here workers are found by --target %s", cmd.Address, cmd.Target)
	}
	t, err := cmd.target(c)
	if err != nil {
		return badInput{err}
	}
	p, err := cmd.plan(c, t)
	if err != nil {
		return badInput{err}
	}
	if cmd.slowness, err = cmd.slowed(c, p); err != nil {
		return badInput{err}
	}
	if cmd.DryRun {
		return cmd.preview(c, t, p)
	}
	if err := t.prepare(c); err != nil {
		return badInput{err}
	}
	if err := t.present(c, p); err != nil {
		return err
	}
	if err := t.agreed(c, p); err != nil {
		return err
	}
	leading, release, err := t.lead(c.ctx, newLog(c.err, cmd.Log))
	if err != nil {
		return err
	}
	defer release()
	c = &console{leading, c.out, c.err, c.shipped}
	if cmd.Serve {
		err = cmd.serve(c, t, p)
	} else {
		err = cmd.play(c, t, p)
	}
	return errors.Join(err, t.left())
}

// play plays the file's runs, one after the other, and writes what was measured.
func (cmd *liveCmd) play(c *console, t target, p *plan.Plan) error {
	cells := p.Cells()
	results, err := outcome.Begin(p, outcome.Options{
		Out: cmd.Out, Format: cmd.Format, Requests: cmd.Requests, Journals: cmd.Journal, Figures: !cmd.NoFigures,
		Quiet: cmd.Quiet, Fresh: cmd.Fresh, Command: cmd.command(t, p.Seeds), Measured: cmd.measured(t), Warnings: liveWarnings(t),
	})
	if err != nil {
		return badInput{err}
	}
	if swept := results.Swept(); swept != "" {
		cmd.say(c, "%s", swept)
	}
	left := cmd.left(p, results)
	took := cmd.slowness.real(left)
	n, all := len(left), len(cells)*p.Seeds
	if n < all {
		results.Set.Warn(fmt.Sprintf("%d of %d runs were measured by an earlier try that did not end", all-n, all))
		cmd.say(c, "%s: %d of %d runs are kept of an earlier try (--fresh measures all again)", p.Name, all-n, all)
	}
	beside := " of arrivals, beside starts, ends and the last answers"
	if len(cmd.slowness.most) > 0 {
		beside = " in all, beside starts and ends"
	}
	cmd.say(c, "%s: %s in real time: about %v%s", p.Name, plural(n, "run"), about(took), beside)
	if cmd.Target != "static" && took > cmd.MaxTime {
		results.Discard()
		return refuse("cnv: %s: about %v of arrivals, more than --max-time %v: choose some (--policy, --workload, --seeds 1), make the workloads shorter, or allow more", plural(n, "run"), about(took), cmd.MaxTime)
	}
	for _, r := range left {
		if err := cmd.runOne(c, t, p, results, r); err != nil {
			return cmd.broken(c, results, all, err)
		}
	}
	defer results.Discard()
	err = results.Finish(c.out)
	if unwritten := (outcome.Unwritten{}); errors.As(err, &unwritten) {
		return cmd.goesOn(results, all, err)
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

// plural is so many of something.
func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// A job is one cell of the experiment under one seed.
type job struct {
	plan.Cell
	workload, policy, replication int
	seed                          uint64
}

// left is the runs that no earlier try has left.
func (cmd *liveCmd) left(p *plan.Plan, o *outcome.Outcome) []job {
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
func (cmd *liveCmd) broken(c *console, o *outcome.Outcome, all int, err error) error {
	if c.ctx.Err() != nil && !errors.Is(err, errLostLease) {
		err = errors.New("interrupted: no results were written")
	}
	if journals := o.Abandon(); journals != "" {
		err = fmt.Errorf("%w; the journal of the run that did not end is in %s until you remove it", err, journals)
	}
	return cmd.goesOn(o, all, err)
}

// goesOn adds to an error what the same command does not have to measure again.
func (cmd *liveCmd) goesOn(o *outcome.Outcome, all int, err error) error {
	if o.KeptIn() == "" || o.Runs() == 0 {
		return err
	}
	again, rest := "the same command", "goes on with the others"
	if cmd.Fresh {
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
func (cmd *liveCmd) measured(t target) string {
	return fmt.Sprintf("%s %s %s %v %d %d %d %g %g %s", t.command(), t.identity(), cmd.Slow, cmd.Fault, cmd.VcpuQuota, cmd.MaxInstances, cmd.MaxVcpus, cmd.MaxUsdPerHour, cmd.GatewayUsdPerHour, cmd.Health)
}

// command gives the same experiment again.
func (cmd *liveCmd) command(t target, seeds int) string {
	line := outcome.CommandLine("go", "run", "./experiments/...", "live", cmd.Experiment, "--seeds", strconv.Itoa(seeds)) + " " + t.command()
	if cmd.Slow != "auto" {
		line += " --slow " + cmd.Slow
	}
	return line
}

// plan reads the experiment and checks what can be checked before anything runs.
func (cmd *liveCmd) plan(c *console, t target) (*plan.Plan, error) {
	if cmd.Seeds != nil && *cmd.Seeds < 1 {
		return nil, fmt.Errorf("cnv: --seeds %d, must be at least 1", *cmd.Seeds)
	}
	if err := cmd.limits.check(); err != nil {
		return nil, err
	}
	switch {
	case !(cmd.GatewayUsdPerHour >= 0) || math.IsInf(cmd.GatewayUsdPerHour, 0):
		return nil, fmt.Errorf("cnv: --gateway-usd-per-hour %v: want dollars, 0 or more", cmd.GatewayUsdPerHour)
	case cmd.Keep && !cmd.Serve:
		return nil, errors.New("cnv: --keep goes with --serve: runs that are measured end what they have launched")
	case cmd.Seeds != nil && cmd.Serve:
		return nil, fmt.Errorf("cnv: --seeds %d goes without --serve: a gateway that serves is no experiment, and its load comes from elsewhere", *cmd.Seeds)
	}
	if cmd.VcpuQuota < 1 {
		return nil, fmt.Errorf("cnv: --vcpu-quota %d, must be at least 1", cmd.VcpuQuota)
	}
	if err := deploy.CheckName(cmd.Deployment); err != nil {
		return nil, fmt.Errorf("cnv: --deployment: %w", err)
	}
	if u, err := url.ParseRequestURI(cmd.Health); err != nil || !strings.HasPrefix(cmd.Health, "/") || u.Host != "" || strings.ContainsAny(cmd.Health, " #") {
		return nil, fmt.Errorf("cnv: --health %q: want a path, such as /readyz", cmd.Health)
	}
	p, err := c.readPlan(cmd.Experiment, plan.Options{Seeds: cmd.Seeds, Live: true})
	if err != nil {
		return nil, err
	}
	cmd.access, cmd.secure, err = cmd.adminAccess()
	err = errors.Join(err,
		keep(&p.Policies, cmd.Policy, "policy", func(p *plan.Policy) string { return p.Name }),
		keep(&p.Scenarios, cmd.Workload, "workload", func(s *plan.Scenario) string { return s.Name }),
	)
	if err != nil {
		return nil, err
	}
	if err = errors.Join(onlySimulated(p.Cells()), t.check(p.Cells()), cmd.breaks(p.Cells())); err != nil {
		return nil, err
	}
	if err = cmd.hits(p.Cells()); err != nil {
		return nil, err
	}
	if cmd.inputs, err = newInputs(p.Cells()); err != nil {
		return nil, err
	}
	_, serr := cmd.shadow(p, p.Policies[0].Name, 1)
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
