package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"

	"cnv/experiments/plan"
	"cnv/live/aws"
	"cnv/live/aws/deploy"
	"cnv/policy/catalog"
)

// An account is the flags that say what is meant, and where.
type account struct {
	Deployment string `help:"Name of the deployment." default:"main" placeholder:"NAME"`
	Region     string `help:"AWS region; else that of the environment." placeholder:"NAME"`
	Endpoint   string `help:"Another address of all services, for tests." hidden:"" env:"CNV_ENDPOINT"`
}

// Validate is called once flags are read.
func (a *account) Validate() error { return deploy.CheckName(a.Deployment) }

func (a *account) config(c *console) (aws.Config, error) {
	if a.Endpoint != "" {
		return aws.Local(a.Endpoint).Config(c.ctx)
	}
	return aws.Account{Region: a.Region}.Config(c.ctx)
}

// find looks for what the deployment has.
func (a *account) find(c *console) (*deploy.Clients, *deploy.Found, error) {
	cfg, err := a.config(c)
	if err != nil {
		return nil, nil, badInput{err}
	}
	clients := deploy.Connect(cfg)
	f, err := clients.Find(c.ctx, a.Deployment, "arm64")
	return clients, f, err
}

// A deployCmd is `deploy`.
type deployCmd struct {
	account
	Experiment string `arg:"" optional:"" help:"An experiment file, or the name of one, for the memory and timeout of its functions, and for the gateway."`
	Worker     string `help:"The worker program for Linux on arm64; else it is built." placeholder:"FILE"`
	DryRun     bool   `help:"Only say what would be done."`
	Yes        bool   `help:"Do not ask."`
	gatewayFlags
	Policy string `help:"Print the IAM policy of an operator instead: deployer or runner." enum:",deployer,runner" default:"" placeholder:"WHO"`
}

// Run makes a deployment, or what it lacks.
func (cmd *deployCmd) Run(c *console) error {
	if cmd.Policy != "" {
		fmt.Fprintln(c.out, deploy.Policies(cmd.Deployment, orStar(cmd.Region), "*", arm())[cmd.Policy])
		return nil
	}
	spec, err := cmd.spec(c)
	if err != nil {
		return badInput{err}
	}
	found, clients, err := cmd.find(c, spec)
	if err != nil {
		return err
	}
	steps := deploy.Plan(spec, found)
	printSteps(c.out, steps)
	todo := deploy.Todo(steps)
	if len(todo) > 0 {
		printCosts(c.out, spec, &cmd.limits)
	}
	for _, warning := range cmd.open() {
		fmt.Fprintln(c.out, warning)
	}
	if cmd.DryRun || len(todo) == 0 {
		fmt.Fprintf(c.out, "%s to do; nothing was changed\n", plural(len(todo), "step"))
		if cmd.DryRun {
			return nil
		}
		return cmd.finish(c, clients, spec)
	}
	if err := confirm(c, cmd.Yes, "Go on?"); err != nil {
		return err
	}
	tell := &progress{out: c.out}
	err = clients.Apply(c.ctx, spec, found, steps, tell.begin)
	tell.end()
	if err != nil {
		return err
	}
	return cmd.finish(c, clients, spec)
}

// find looks for what is there. Who only asks what would be done needs no
// account: for one without, nothing is there.
func (cmd *deployCmd) find(c *console, spec *deploy.Spec) (*deploy.Found, *deploy.Clients, error) {
	cfg, err := cmd.config(c)
	if cmd.DryRun && (errors.Is(err, aws.ErrCredentials) || errors.Is(err, aws.ErrRegion)) {
		fmt.Fprintf(c.out, "note: %s\nSo nothing was looked at: what follows is the plan for an account that has nothing of deployment %s yet.\n", strings.TrimPrefix(err.Error(), "cnv: "), spec.Name)
		return &deploy.Found{Name: spec.Name, Base: "Amazon Linux 2023"}, nil, nil
	}
	if err != nil {
		return nil, nil, badInput{err}
	}
	spec.Region = cfg.Region
	clients := deploy.Connect(cfg)
	found, err := clients.Find(c.ctx, spec.Name, spec.Arch)
	if err == nil {
		if none := found.Network(); none != nil {
			err = fmt.Errorf("cnv: %w", none)
		}
	}
	return found, clients, err
}

// spec is the deployment that the flags ask for.
func (cmd *deployCmd) spec(c *console) (*deploy.Spec, error) {
	if err := cmd.gatewayFlags.check(); err != nil {
		return nil, err
	}
	s := &deploy.Spec{
		Name: cmd.Deployment, Region: cmd.Region, Arch: "arm64", Builder: "c7g.medium", MemoryMB: 1769, Timeout: time.Minute,
		LogDays: 7, Life: 12 * time.Hour,
	}
	if cmd.Experiment != "" {
		p, err := c.readPlan(cmd.Experiment, plan.Options{})
		if err != nil {
			return nil, err
		}
		if err := problem(append(nameless(p.Cells()), foreign(p.Cells())...)); err != nil {
			return nil, err
		}
		if f := p.Cells()[0].Config(1).Funcs; f != nil {
			s.MemoryMB = int32(f.MemoryMB)
			if f.Timeout > 0 {
				s.Timeout = f.Timeout.Round(time.Second)
			}
			if f.Concurrency < catalog.FunctionConcurrency { // that is the account's own
				s.Reserved = int32(f.Concurrency)
			}
		}
	}
	if cmd.Gateway && cmd.Experiment == "" {
		return nil, errors.New("cnv: --gateway: of which experiment? deploy EXPERIMENT --gateway")
	}
	program, err := workerFor(c, cmd.Worker, rehearses(cmd.Endpoint))
	if err != nil {
		return nil, err
	}
	if s.Package, err = deploy.Pack(program); err != nil {
		return nil, err
	}
	if cmd.Gateway {
		if s.Gateway, err = cmd.gatewayFlags.spec(c, program, cmd.Experiment, rehearses(cmd.Endpoint)); err != nil {
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
	DryRun bool `help:"Only say what would be done."`
	Yes    bool `help:"Do not ask."`
}

// Run removes all that a deployment has, its measurements too.
func (cmd *destroyCmd) Run(c *console) error {
	clients, f, err := cmd.find(c)
	if err != nil {
		return err
	}
	steps := deploy.PlanDestroy(f)
	printSteps(c.out, steps)
	if cmd.DryRun || len(steps) == 0 {
		fmt.Fprintf(c.out, "%s to do; nothing was changed\n", plural(len(steps), "step"))
		return nil
	}
	if err := confirm(c, cmd.Yes, "Remove all this?"); err != nil {
		return err
	}
	left, err := clients.Destroy(c.ctx, f, steps, func(s deploy.Step) { fmt.Fprintln(c.out, "doing", s) })
	if err != nil {
		return err
	}
	if len(left) > 0 {
		printSteps(c.out, left)
		return fmt.Errorf("cnv: %d things are left; run destroy again", len(left))
	}
	fmt.Fprintln(c.out, "nothing is left")
	return nil
}

func printSteps(w io.Writer, steps []deploy.Step) {
	for _, s := range steps {
		fmt.Fprintln(w, s)
	}
}

// confirm asks, unless that was answered already. Without a terminal nobody
// can say yes.
func confirm(c *console, yes bool, question string) error {
	if yes {
		return nil
	}
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return refuse("cnv: say --yes, as there is no terminal to ask on, or --dry-run to look only")
	}
	fmt.Fprint(c.out, question, " [y/N] ")
	answer, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil || !slices.Contains([]string{"y", "yes"}, strings.ToLower(strings.TrimSpace(answer))) {
		return errors.New("cnv: nothing was changed")
	}
	return nil
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
