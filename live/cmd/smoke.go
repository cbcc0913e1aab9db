package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"cnv/live/aws/deploy"
	"cnv/live/run"
	"cnv/policy"
)

// A smokeCmd is `smoke`.
type smokeCmd struct {
	Deployment string  `help:"Name of the deployment that is made and removed." default:"smoke" placeholder:"NAME"`
	Region     string  `help:"AWS region. Without it the region of the environment is used." placeholder:"NAME"`
	Endpoint   string  `help:"Address used for all AWS services, for tests." hidden:"" env:"CNV_ENDPOINT"`
	MaxUsd     float64 `help:"Most dollars that it may cost. Nothing is made where it may cost more." default:"0.10" placeholder:"USD"`
	Worker     string  `help:"The worker program for Linux on arm64. Without it the program is built." placeholder:"FILE"`
	networkFlags
	Out    string `help:"Folder for the record of what was seen." default:"results/smoke" placeholder:"DIR"`
	DryRun bool   `help:"Print what would be done, and do nothing."`
	Yes    bool   `help:"Do not ask."`
}

// Validate is called once flags are read.
func (cmd *smokeCmd) Validate() error { return deploy.CheckName(cmd.Deployment) }

// Run tries the account with the least of everything, and removes it.
func (cmd *smokeCmd) Run(c *run.Console) error {
	spec, err := cmd.spec(c)
	if err != nil {
		return run.Unusable(err)
	}
	d := &deployCmd{account: account{Deployment: cmd.Deployment, Region: cmd.Region, Endpoint: cmd.Endpoint}, DryRun: cmd.DryRun, networkFlags: cmd.networkFlags}
	found, clients, err := d.find(c, spec)
	if err != nil {
		return err
	}
	if len(deploy.PlanDestroy(found)) > 0 {
		return fmt.Errorf("cnv: deployment %s is there already: see it with status --deployment %[1]s, remove it with destroy --deployment %[1]s, or give another name (--deployment)", cmd.Deployment)
	}
	steps := deploy.PlanSmoke(spec, found)
	printSteps(c.Out, steps)
	fmt.Fprintf(c.Out, "Then all of it is removed, and looked for again. At worst $%.4f; --max-usd allows $%g\n", spec.SmokeUSD(), cmd.MaxUsd)
	if other := deploy.OtherPrices(spec.Region); other != "" {
		fmt.Fprintln(c.Out, other)
	}
	if cmd.DryRun {
		fmt.Fprintf(c.Out, "%s to do; nothing was changed\n", policy.Count(len(steps), "step"))
		return nil
	}
	if err := clients.TryLaunches(c.Ctx, spec, found, steps); err != nil {
		return fmt.Errorf("%w\nnothing was made", err)
	}
	if err := c.Confirm(cmd.Yes, "Go on?"); err != nil {
		return err
	}
	return cmd.play(c, d, clients, spec, found)
}

// play makes it, and keeps the record.
func (cmd *smokeCmd) play(c *run.Console, d *deployCmd, clients *deploy.Clients, spec *deploy.Spec, found *deploy.Found) error {
	cfg, err := d.config(c)
	if err != nil {
		return run.Unusable(err)
	}
	tell := &progress{out: c.Out}
	record, err := clients.Smoke(c.Ctx, cfg, spec, found, tell.begin)
	tell.end()
	record.MaxUSD, record.Cloud = cmd.MaxUsd, "aws"
	if run.Rehearses(cmd.Endpoint) {
		record.Cloud = "local"
	}
	for _, t := range record.Took {
		fmt.Fprintf(c.Out, "%8.1f s  %s\n", t.S, t.What)
	}
	file := filepath.Join(cmd.Out, fmt.Sprintf("%s-%s.json", record.Region, record.Began.Format("20060102T150405Z")))
	if kept := keepSmoke(file, record); kept != nil {
		err = errors.Join(err, kept)
	} else {
		fmt.Fprintln(c.Out, "record:", file)
	}
	if err != nil {
		return err
	}
	if record.Cloud == "local" {
		fmt.Fprintln(c.Out, "this was a rehearsal on a cloud on this machine: its times say nothing about AWS")
	}
	fmt.Fprintln(c.Out, "nothing is left")
	return nil
}

// keepSmoke writes a record.
func keepSmoke(file string, record *deploy.SmokeRecord) error {
	text, err := json.MarshalIndent(record, "", "  ")
	if err == nil {
		err = os.MkdirAll(filepath.Dir(file), 0o755)
	}
	if err == nil {
		err = os.WriteFile(file, append(text, '\n'), 0o644)
	}
	if err != nil {
		return fmt.Errorf("cnv: the record: %w", err)
	}
	return nil
}

// spec is the deployment that is made and removed.
func (cmd *smokeCmd) spec(c *run.Console) (*deploy.Spec, error) {
	n := cmd.network()
	if err := n.Check(); err != nil {
		return nil, fmt.Errorf("cnv: %w", err)
	}
	s := &deploy.Spec{
		Name: cmd.Deployment, Region: cmd.Region, Arch: "arm64", Builder: deploy.Builder("arm64"), MemoryMB: 1769, Timeout: 20 * time.Second,
		LogDays: 1, Life: time.Hour,
	}
	if worst := s.SmokeUSD(); !(worst <= cmd.MaxUsd) {
		return nil, fmt.Errorf("cnv: --max-usd %g: it may cost $%.4f at worst (a %s for 15 min, a call of 20 s): allow more", cmd.MaxUsd, worst, s.Builder)
	}
	program, err := run.WorkerFor(c, cmd.Worker, run.Rehearses(cmd.Endpoint))
	if err != nil {
		return nil, err
	}
	if s.Package, err = deploy.Pack(program); err != nil {
		return nil, fmt.Errorf("cnv: %s", strings.TrimPrefix(err.Error(), "cnv: "))
	}
	return s, s.Validate()
}
