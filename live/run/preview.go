package run

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"cnv/experiments/plan"
	"cnv/live/aws"
	"cnv/live/aws/deploy"
	"cnv/policy"
)

// preview says what would be run, and where, and starts nothing.
func (e *Experiment) preview(c *Console) error {
	if cells := e.plan.Cells(); e.Serve {
		fmt.Fprintf(c.Out, "Serves %s / %s until interrupted.\n", cells[0].Scenario.Name, cells[0].Policy.Name)
	} else {
		e.describeRuns(c)
	}
	if err := e.target.preview(c, e.plan); err != nil {
		return err
	}
	fmt.Fprintln(c.Out, "Nothing was started.")
	return nil
}

// describeRuns says how many runs there are and of what.
func (e *Experiment) describeRuns(c *Console) {
	p := e.plan
	var policies, workloads []string
	for i := range p.Policies {
		policies = append(policies, p.Policies[i].Name)
	}
	for _, s := range p.Scenarios {
		workloads = append(workloads, s.Name)
	}
	took := e.slowness.real(e.jobs())
	fmt.Fprintf(c.Out, "%s in real time, about %v of arrivals: policies %s; workloads %s; %s from %d on.\n",
		policy.Count(len(p.Cells())*p.Seeds, "run"), about(took), strings.Join(policies, ", "), strings.Join(workloads, ", "), policy.Count(p.Seeds, "seed"), p.Seed)
}

// preview says what runs would take, and what the deployment lacks.
func (t *cloudTarget) preview(c *Console, p *plan.Plan) error {
	where := "a cloud on this machine, with the prices of AWS: nothing is billed"
	if t.exp.Target == AWS {
		where = "deployment " + t.exp.Deployment
	}
	fmt.Fprintf(c.Out, "Target %s: %s.\n", t.exp.Target, where)
	for _, line := range t.resources(p.Cells()) {
		fmt.Fprintln(c.Out, line)
	}
	t.sayAtWorst(c, p.Cells())
	if t.exp.Target == Local {
		return nil
	}
	if err := t.pack(c); err != nil {
		return BadInput{err}
	}
	return t.previewDeployment(c, p)
}

// resources are the pools and functions of the cells, each once.
func (t *cloudTarget) resources(cells []plan.Cell) (out []string) {
	for _, cell := range cells {
		cfg := cell.Config(1)
		for i := range cfg.Pools {
			pool, market := &cfg.Control.Pools[i], ""
			if cfg.Pools[i].Spot {
				market = " spot"
			}
			out = append(out, fmt.Sprintf("  pool %s: %s%s, $%.4f per hour each, %d at first, then %d to %d",
				pool.Name, t.types[pool.Name][0], market, hourlyOf(&cfg.Pools[i]), cfg.Pools[i].Initial, pool.Min, pool.Max))
		}
		if f := cfg.Funcs; f != nil {
			out = append(out, fmt.Sprintf("  functions: %d MB, $%.4f per hour and call under way, at most %d at once, %d kept warm",
				f.MemoryMB, functionBudget(f).CallUSDPerHour, atOnce(f.Concurrency), f.Provisioned))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// previewDeployment says what the deployment lacks, and who leads.
func (t *cloudTarget) previewDeployment(c *Console, p *plan.Plan) error {
	cfg, err := t.account().Config(c.Ctx)
	if errors.Is(err, aws.ErrCredentials) || errors.Is(err, aws.ErrRegion) {
		fmt.Fprintf(c.Out, "%v\nSo it is not known whether it is deployed and whether another gateway leads.\n", err)
		return nil
	}
	if err != nil {
		return BadInput{err}
	}
	todo, found, err := t.lacks(c, cfg, p)
	if err != nil {
		return err
	}
	if len(todo) > 0 {
		fmt.Fprintln(c.Out, t.undeployed(todo))
	} else {
		fmt.Fprintln(c.Out, "The deployment is complete for this worker and experiment.")
	}
	if found.Table == "" {
		return nil
	}
	leader, until, err := aws.Leader(c.Ctx, aws.NewTable(cfg, deploy.Table(t.exp.Deployment)))
	switch {
	case err != nil:
		return err
	case leader == "":
		fmt.Fprintln(c.Out, "No other gateway leads: this one would lead at once.")
	default:
		fmt.Fprintf(c.Out, "Gateway %s leads, its lease lasts until %s: this one would stand by.\n", leader, until.UTC().Format(time.RFC3339))
	}
	return nil
}

// present says what has to be there before anything runs, and is not: on AWS a
// deployment is made by a command of its own, as it costs money.
func (t *cloudTarget) present(c *Console, p *plan.Plan) error {
	if t.exp.Target == Local {
		return nil
	}
	cfg, err := t.account().Config(c.Ctx)
	if err != nil {
		return BadInput{err}
	}
	switch todo, _, err := t.lacks(c, cfg, p); {
	case aws.Transient(err):
		t.say("whether it is deployed is not known yet: %v", err) // the lease is waited for
		return nil
	case err != nil:
		return err
	case len(todo) > 0:
		return t.undeployed(todo)
	}
	return nil
}

// lacks is what the deployment lacks for the cells.
func (t *cloudTarget) lacks(c *Console, cfg aws.Config, p *plan.Plan) ([]deploy.Step, *deploy.Found, error) {
	found, err := deploy.Connect(cfg).Find(c.Ctx, t.exp.Deployment, t.arch)
	if err != nil {
		return nil, nil, err
	}
	for _, cell := range p.Cells() {
		sc := cell.Config(1)
		s := t.spec(&sc)
		if err := s.Validate(); err != nil {
			return nil, nil, BadInput{fmt.Errorf("cnv: %w", err)}
		}
		if todo := deploy.Lacks(s, found); len(todo) > 0 {
			return todo, found, nil
		}
	}
	return nil, found, nil
}

// undeployed says what a deployment lacks, and how it gets it.
func (t *cloudTarget) undeployed(todo []deploy.Step) error {
	var lines []string
	for _, step := range todo {
		lines = append(lines, "  "+step.String())
	}
	region := ""
	if t.exp.Region != "" {
		region = " --region " + t.exp.Region
	}
	return fmt.Errorf("cnv: deployment %s lacks, for this worker and experiment:\n%s\ndeploy it first: go run ./experiments/... deploy %s --deployment %s%s",
		t.exp.Deployment, strings.Join(lines, "\n"), t.exp.Experiment, t.exp.Deployment, region)
}
