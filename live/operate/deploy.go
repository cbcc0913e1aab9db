package operate

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"cnv/experiments/plan"
	"cnv/live/aws"
	"cnv/live/aws/deploy"
	"cnv/live/run"
	"cnv/policy"
	"cnv/policy/catalog"
)

// A Deploy is the command that makes a deployment, or what one lacks.
type Deploy struct {
	Account
	Network deploy.Network
	Wanted
	Gateway Gateway
}

// Wanted says what a deployment is made with.
type Wanted struct {
	Experiment string // a file, or the name of one: memory and time-out of functions, and what a gateway serves; "": neither
	Worker     string // the worker program for Linux on arm64; "": it is built
	DryRun     bool   // only say what would be done
	Yes        bool   // do not ask
	Builder    string // instance type that bakes images
}

// Run makes a deployment, or what it lacks.
func (d *Deploy) Run(c *run.Console) error {
	spec, err := d.spec(c)
	if err != nil {
		return run.Unusable(err)
	}
	found, clients, err := d.find(c, spec)
	if err != nil {
		return err
	}
	steps := deploy.Plan(spec, found)
	printSteps(c.Out, steps)
	todo := deploy.Todo(steps)
	if len(todo) > 0 {
		fmt.Fprintln(c.Out, spec.Costs())
		d.Gateway.printCosts(c.Out)
	}
	warnings := d.Gateway.open()
	if other := deploy.OtherPrices(spec.Region); other != "" && len(todo) > 0 {
		warnings = append(warnings, other)
	}
	for _, warning := range warnings {
		fmt.Fprintln(c.Out, warning)
	}
	if d.DryRun || len(todo) == 0 {
		fmt.Fprintf(c.Out, "%s to do; nothing was changed\n", policy.Count(len(todo), "step"))
		if d.DryRun {
			return nil
		}
		return d.finish(c, clients, spec, todo)
	}
	if err := clients.TryLaunches(c.Ctx, spec, found, todo); err != nil {
		return fmt.Errorf("%w\nnothing was made", err)
	}
	if err := c.Confirm(d.Yes, "Go on?"); err != nil {
		return err
	}
	tell := &progress{out: c.Out}
	err = clients.Apply(c.Ctx, spec, found, steps, tell.begin)
	tell.end()
	if err != nil {
		return err
	}
	return d.finish(c, clients, spec, todo)
}

// find looks for what is there. Who only asks what would be done needs no
// account: for one without, nothing is there.
func (d *Deploy) find(c *run.Console, spec *deploy.Spec) (*deploy.Found, *deploy.Clients, error) {
	cfg, err := d.Config(c)
	if d.DryRun && (errors.Is(err, aws.ErrCredentials) || errors.Is(err, aws.ErrRegion)) {
		fmt.Fprintf(c.Out, "note: %s\nSo nothing was looked at: what follows is the plan for an account that has nothing of deployment %s yet.\n", strings.TrimPrefix(err.Error(), "cnv: "), spec.Name)
		return &deploy.Found{Name: spec.Name, Region: cmp.Or(d.Region, "REGION"), Base: "Amazon Linux 2023"}, nil, nil
	}
	if err != nil {
		return nil, nil, run.Unusable(err)
	}
	spec.Region = cfg.Region
	clients := deploy.Connect(cfg)
	clients.Network = d.Network
	found, err := clients.Find(c.Ctx, spec.Name, spec.Arch)
	if err == nil {
		if none := found.Network(); none != nil {
			err = fmt.Errorf("cnv: %w", none)
		}
	}
	return found, clients, err
}

// spec is the deployment that the flags ask for.
func (d *Deploy) spec(c *run.Console) (*deploy.Spec, error) {
	if err := d.Gateway.check(); err != nil {
		return nil, err
	}
	if err := d.Network.Check(); err != nil {
		return nil, fmt.Errorf("cnv: %w", err)
	}
	if err := deploy.CheckType("--builder", d.Builder, "arm64"); err != nil {
		return nil, fmt.Errorf("cnv: %w", err)
	}
	s := &deploy.Spec{
		Name: d.Deployment, Region: d.Region, Arch: "arm64", Builder: d.Builder, MemoryMB: 1769, Timeout: time.Minute,
		LogDays: 7, Life: 12 * time.Hour,
	}
	if d.Experiment != "" {
		p, err := c.Plan(d.Experiment, plan.Options{})
		if err != nil {
			return nil, err
		}
		if err := run.Launchable(p.Cells()); err != nil {
			return nil, err
		}
		if f := p.Cells()[0].Config(1).Funcs; f != nil {
			s.MemoryMB = int32(f.MemoryMB)
			if f.Timeout > 0 {
				s.Timeout = f.Timeout // of whole seconds: Launchable has looked
			}
			if f.Concurrency < catalog.FunctionConcurrency { // that is the account's own
				s.Reserved = int32(f.Concurrency)
			}
		}
	}
	if d.Gateway.Wanted && d.Experiment == "" {
		return nil, errors.New("cnv: --gateway needs an experiment: deploy EXPERIMENT --gateway")
	}
	program, err := run.WorkerFor(c, d.Worker, run.Rehearses(d.Endpoint))
	if err != nil {
		return nil, err
	}
	if s.Package, err = deploy.Pack(program); err != nil {
		return nil, err
	}
	if d.Gateway.Wanted {
		if s.Gateway, err = d.Gateway.spec(c, program, d.Experiment, run.Rehearses(d.Endpoint)); err != nil {
			return nil, err
		}
	}
	return s, s.Validate()
}
