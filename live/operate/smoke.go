package operate

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

// A Smoke is the command that tries an account with the least of everything.
type Smoke struct {
	Account
	Network deploy.Network
	Trial
}

// A Trial says how an account is tried.
type Trial struct {
	MaxUsd float64 // most that it may cost, dollars
	Worker string  // the worker program for Linux on arm64; "": it is built
	Out    string  // folder of the record
	DryRun bool    // only say what would be done
	Yes    bool    // do not ask
}

// Run tries the account with the least of everything, and removes it.
func (s *Smoke) Run(c *run.Console) error {
	spec, err := s.spec(c)
	if err != nil {
		return run.Unusable(err)
	}
	d := &Deploy{Account: s.Account, Network: s.Network, Wanted: Wanted{DryRun: s.DryRun}}
	found, clients, err := d.find(c, spec)
	if err != nil {
		return err
	}
	if len(deploy.PlanDestroy(found)) > 0 {
		return fmt.Errorf("cnv: deployment %s is there already: see it with status --deployment %[1]s, remove it with destroy --deployment %[1]s, or give another name (--deployment)", s.Deployment)
	}
	steps := deploy.PlanSmoke(spec, found)
	printSteps(c.Out, steps)
	fmt.Fprintf(c.Out, "Then all of it is removed, and looked for again. At worst $%.4f; --max-usd allows $%g\n", spec.SmokeUSD(), s.MaxUsd)
	if other := deploy.OtherPrices(spec.Region); other != "" {
		fmt.Fprintln(c.Out, other)
	}
	if s.DryRun {
		fmt.Fprintf(c.Out, "%s to do; nothing was changed\n", policy.Count(len(steps), "step"))
		return nil
	}
	if err := clients.TryLaunches(c.Ctx, spec, found, steps); err != nil {
		return fmt.Errorf("%w\nnothing was made", err)
	}
	if err := c.Confirm(s.Yes, "Go on?"); err != nil {
		return err
	}
	return s.play(c, clients, spec, found)
}

// play makes it, and keeps the record.
func (s *Smoke) play(c *run.Console, clients *deploy.Clients, spec *deploy.Spec, found *deploy.Found) error {
	cfg, err := s.Config(c)
	if err != nil {
		return run.Unusable(err)
	}
	tell := &progress{out: c.Out}
	record, err := clients.Smoke(c.Ctx, cfg, spec, found, tell.begin)
	tell.end()
	record.MaxUSD, record.Cloud = s.MaxUsd, "aws"
	if run.Rehearses(s.Endpoint) {
		record.Cloud = "local"
	}
	for _, t := range record.Took {
		fmt.Fprintf(c.Out, "%8.1f s  %s\n", t.S, t.What)
	}
	file := filepath.Join(s.Out, fmt.Sprintf("%s-%s.json", record.Region, record.Began.Format("20060102T150405Z")))
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
func (s *Smoke) spec(c *run.Console) (*deploy.Spec, error) {
	if err := s.Network.Check(); err != nil {
		return nil, fmt.Errorf("cnv: %w", err)
	}
	spec := &deploy.Spec{
		Name: s.Deployment, Region: s.Region, Arch: "arm64", Builder: deploy.Builder("arm64"), MemoryMB: 1769, Timeout: 20 * time.Second,
		LogDays: 1, Life: time.Hour,
	}
	if worst := spec.SmokeUSD(); !(worst <= s.MaxUsd) {
		return nil, fmt.Errorf("cnv: --max-usd %g: it may cost $%.4f at worst (a %s for 15 min, a call of 20 s): allow more", s.MaxUsd, worst, spec.Builder)
	}
	program, err := run.WorkerFor(c, s.Worker, run.Rehearses(s.Endpoint))
	if err != nil {
		return nil, err
	}
	if spec.Package, err = deploy.Pack(program); err != nil {
		return nil, fmt.Errorf("cnv: %s", strings.TrimPrefix(err.Error(), "cnv: "))
	}
	return spec, spec.Validate()
}
