package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"cnv/experiments/plan"
	"cnv/live/aws"
	"cnv/live/aws/deploy"
	"cnv/live/run"
	"cnv/policy"
	"cnv/policy/catalog"
)

// An account is the flags that say what is meant, and where.
type account struct {
	Deployment string `help:"Name of the deployment." default:"main" placeholder:"NAME"`
	Region     string `help:"AWS region. Without it the region of the environment is used." placeholder:"NAME"`
	Endpoint   string `help:"Address used for all AWS services, for tests." hidden:"" env:"CNV_ENDPOINT"`
}

// Validate is called once flags are read.
func (a *account) Validate() error { return deploy.CheckName(a.Deployment) }

func (a *account) config(c *run.Console) (aws.Config, error) {
	if a.Endpoint != "" {
		return run.On(c.Host, a.Endpoint, a.Region).Config(c.Ctx)
	}
	return aws.Account{Region: a.Region}.Config(c.Ctx)
}

// find looks for what the deployment has.
func (a *account) find(c *run.Console) (*deploy.Clients, *deploy.Found, error) {
	cfg, err := a.config(c)
	if err != nil {
		return nil, nil, run.Unusable(err)
	}
	clients := deploy.Connect(cfg)
	f, err := clients.Find(c.Ctx, a.Deployment, "arm64")
	return clients, f, err
}

// A deployCmd is `deploy`.
type deployCmd struct {
	account
	Experiment string `arg:"" optional:"" help:"An experiment file, or the name of one, for the memory and timeout of its functions, and for the gateway."`
	Worker     string `help:"The worker program for Linux on arm64. Without it the program is built." placeholder:"FILE"`
	DryRun     bool   `help:"Print what would be done, and do nothing."`
	Yes        bool   `help:"Do not ask."`
	Builder    string `help:"Instance type that bakes the images." default:"t4g.small" placeholder:"TYPE"`
	networkFlags
	gatewayFlags
	Policy string `help:"Print the IAM policy of an operator instead: deployer or runner." enum:",deployer,runner" default:"" placeholder:"WHO"`
}

// networkFlags say in which network.
type networkFlags struct {
	Vpc    string   `help:"VPC of the deployment, by its ID. Without it, and without --subnet, the default VPC of the region is used." placeholder:"ID"`
	Subnet []string `help:"Subnet of the deployment, by its ID; repeatable. Without it all subnets of the VPC are used. One of them needs a route to an internet gateway or a NAT gateway." placeholder:"ID"`
}

func (n *networkFlags) network() deploy.Network {
	return deploy.Network{VPC: n.Vpc, Subnets: n.Subnet}
}

// Run makes a deployment, or what it lacks.
func (cmd *deployCmd) Run(c *run.Console) error {
	if cmd.Policy != "" {
		fmt.Fprintln(c.Out, deploy.Policies(cmd.Deployment, deploy.In(orStar(cmd.Region), "*"), deploy.Families(arm()))[cmd.Policy])
		return nil
	}
	spec, err := cmd.spec(c)
	if err != nil {
		return run.Unusable(err)
	}
	found, clients, err := cmd.find(c, spec)
	if err != nil {
		return err
	}
	steps := deploy.Plan(spec, found)
	printSteps(c.Out, steps)
	todo := deploy.Todo(steps)
	if len(todo) > 0 {
		fmt.Fprintln(c.Out, spec.Costs())
		cmd.printCosts(c.Out)
	}
	warnings := cmd.open()
	if other := deploy.OtherPrices(spec.Region); other != "" && len(todo) > 0 {
		warnings = append(warnings, other)
	}
	for _, warning := range warnings {
		fmt.Fprintln(c.Out, warning)
	}
	if cmd.DryRun || len(todo) == 0 {
		fmt.Fprintf(c.Out, "%s to do; nothing was changed\n", policy.Count(len(todo), "step"))
		if cmd.DryRun {
			return nil
		}
		return cmd.finish(c, clients, spec, todo)
	}
	if err := clients.TryLaunches(c.Ctx, spec, found, todo); err != nil {
		return fmt.Errorf("%w\nnothing was made", err)
	}
	if err := c.Confirm(cmd.Yes, "Go on?"); err != nil {
		return err
	}
	tell := &progress{out: c.Out}
	err = clients.Apply(c.Ctx, spec, found, steps, tell.begin)
	tell.end()
	if err != nil {
		return err
	}
	return cmd.finish(c, clients, spec, todo)
}

// find looks for what is there. Who only asks what would be done needs no
// account: for one without, nothing is there.
func (cmd *deployCmd) find(c *run.Console, spec *deploy.Spec) (*deploy.Found, *deploy.Clients, error) {
	cfg, err := cmd.config(c)
	if cmd.DryRun && (errors.Is(err, aws.ErrCredentials) || errors.Is(err, aws.ErrRegion)) {
		fmt.Fprintf(c.Out, "note: %s\nSo nothing was looked at: what follows is the plan for an account that has nothing of deployment %s yet.\n", strings.TrimPrefix(err.Error(), "cnv: "), spec.Name)
		return &deploy.Found{Name: spec.Name, Base: "Amazon Linux 2023"}, nil, nil
	}
	if err != nil {
		return nil, nil, run.Unusable(err)
	}
	spec.Region = cfg.Region
	clients := deploy.Connect(cfg)
	clients.Network = cmd.network()
	found, err := clients.Find(c.Ctx, spec.Name, spec.Arch)
	if err == nil {
		if none := found.Network(); none != nil {
			err = fmt.Errorf("cnv: %w", none)
		}
	}
	return found, clients, err
}

// spec is the deployment that the flags ask for.
func (cmd *deployCmd) spec(c *run.Console) (*deploy.Spec, error) {
	if err := cmd.gatewayFlags.check(); err != nil {
		return nil, err
	}
	if n := cmd.network(); n.Check() != nil {
		return nil, fmt.Errorf("cnv: %w", n.Check())
	}
	if err := deploy.CheckType("--builder", cmd.Builder, "arm64"); err != nil {
		return nil, fmt.Errorf("cnv: %w", err)
	}
	s := &deploy.Spec{
		Name: cmd.Deployment, Region: cmd.Region, Arch: "arm64", Builder: cmd.Builder, MemoryMB: 1769, Timeout: time.Minute,
		LogDays: 7, Life: 12 * time.Hour,
	}
	if cmd.Experiment != "" {
		p, err := c.Plan(cmd.Experiment, plan.Options{})
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
	if cmd.Gateway && cmd.Experiment == "" {
		return nil, errors.New("cnv: --gateway needs an experiment: deploy EXPERIMENT --gateway")
	}
	program, err := run.WorkerFor(c, cmd.Worker, run.Rehearses(cmd.Endpoint))
	if err != nil {
		return nil, err
	}
	if s.Package, err = deploy.Pack(program); err != nil {
		return nil, err
	}
	if cmd.Gateway {
		if s.Gateway, err = cmd.gatewayFlags.spec(c, program, cmd.Experiment, run.Rehearses(cmd.Endpoint)); err != nil {
			return nil, err
		}
	}
	return s, s.Validate()
}

func because(why string) string {
	if why == "" {
		return ""
	}
	return " (" + why + ")"
}

// A destroyCmd is `destroy`.
type destroyCmd struct {
	account
	AllRegions bool `help:"Remove it in all regions that the account has enabled."`
	DryRun     bool `help:"Print what would be done, and do nothing."`
	Yes        bool `help:"Do not ask."`
}

// Run removes all that a deployment has, its measurements too.
func (cmd *destroyCmd) Run(c *run.Console) error {
	if cmd.AllRegions {
		return cmd.everywhere(c)
	}
	clients, f, err := cmd.find(c)
	if clients != nil && err != nil {
		return cmd.endInstances(c, clients, err)
	}
	if err != nil {
		return err
	}
	steps := deploy.PlanDestroy(f)
	printSteps(c.Out, steps)
	if cmd.DryRun || len(steps) == 0 {
		fmt.Fprintf(c.Out, "%s to do; nothing was changed\n", policy.Count(len(steps), "step"))
		return nil
	}
	if err := c.Confirm(cmd.Yes, "Remove all this?"); err != nil {
		return err
	}
	left, err := clients.Destroy(c.Ctx, f, steps, func(s deploy.Step) { fmt.Fprintln(c.Out, "doing", s) })
	if err != nil {
		return err
	}
	if len(left) > 0 {
		printSteps(c.Out, left)
		return fmt.Errorf("cnv: %d resources are left: run destroy again", len(left))
	}
	fmt.Fprintln(c.Out, "nothing is left")
	return nil
}

// endInstances ends the instances, which cost most, of a deployment of which the rest
// cannot be told because of why.
func (cmd *destroyCmd) endInstances(c *run.Console, clients *deploy.Clients, why error) error {
	instances, err := clients.Instances(c.Ctx, cmd.Deployment)
	if err != nil || len(instances) == 0 {
		return why
	}
	fmt.Fprintf(c.Out, "what else deployment %s has cannot be told (below is why); its instances can be ended:\n", cmd.Deployment)
	printSteps(c.Out, deploy.PlanEnd(instances))
	if cmd.DryRun {
		return why
	}
	if err := c.Confirm(cmd.Yes, "End these instances?"); err != nil {
		return errors.Join(why, err)
	}
	if err := clients.EndInstances(c.Ctx, cmd.Deployment); err != nil {
		return errors.Join(why, err)
	}
	fmt.Fprintf(c.Out, "%s ended; all else is left\n", policy.Count(len(instances), "instance"))
	return why
}

func printSteps(w io.Writer, steps []deploy.Step) {
	for _, s := range steps {
		fmt.Fprintln(w, s)
	}
}

// arm are the types of the catalog that the image runs on.
func arm() []string {
	var out []string
	for _, i := range catalog.Instances() {
		if i.Arch == catalog.ARM {
			out = append(out, i.Name)
		}
	}
	return out
}

func orStar(s string) string {
	if s == "" {
		return "*"
	}
	return s
}
