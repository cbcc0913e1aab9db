package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"cnv/experiments/plan"
	"cnv/live/aws"
	"cnv/live/aws/deploy"
	"cnv/live/run"
	"cnv/policy/catalog"
)

// A doctorCmd is `doctor`.
type doctorCmd struct {
	account
	networkFlags
	Experiment  string   `arg:"" optional:"" help:"An experiment file, or the name of one: what it may need is looked at, in place of --type and --concurrency."`
	Gateway     bool     `help:"Also look at what deploy --gateway needs."`
	GatewayType string   `help:"Its type." default:"c7g.medium" placeholder:"NAME"`
	Type        []string `help:"Instance types that will be launched." default:"c7g.large" placeholder:"NAME"`
	Instances   int      `help:"Most instances at once, as live's --max-instances." default:"20" placeholder:"N"`
	Concurrency int      `help:"Function environments that will be needed at once." default:"100" placeholder:"N"`
	DryRun      bool     `help:"Print the calls that the command would make, and make none."`
}

// Run looks for what could keep a deployment from working.
func (cmd *doctorCmd) Run(c *run.Console) error {
	if cmd.DryRun {
		printCalls(c, slices.Concat(deploy.Looks, deploy.Checks))
		return nil
	}
	need, err := cmd.need(c)
	if err != nil {
		return run.Unusable(err)
	}
	var found []deploy.Finding
	region := cmd.Region
	switch cfg, err := cmd.config(c); {
	case errors.Is(err, aws.ErrRegion), errors.Is(err, aws.ErrCredentials): // nothing else would work
		found = []deploy.Finding{{Mark: deploy.Fail, What: "account", Says: strings.TrimPrefix(err.Error(), "cnv: ")}}
	case err != nil:
		return run.Unusable(err)
	default:
		region = cfg.Region
		found = deploy.Doctor(c.Ctx, cfg, &deploy.Spec{Name: cmd.Deployment, Arch: "arm64"}, need)
	}
	sick := 0
	for _, f := range append(found, prices(time.Now(), region)) {
		if f.Mark == deploy.Fail {
			sick++
		}
		fmt.Fprintf(c.Out, "%-4s  %-12s %s\n", f.Mark, f.What, f.Says)
	}
	if sick > 0 {
		return fmt.Errorf("cnv: %d of the above need attention", sick)
	}
	return nil
}

// need is what the experiment needs, or what the flags say.
func (cmd *doctorCmd) need(c *run.Console) (need deploy.Need, err error) {
	if cmd.Experiment == "" {
		need.Concurrency = cmd.Concurrency
		for _, kind := range cmd.Type {
			need.Pools = append(need.Pools, deploy.PoolNeed{Type: kind, N: cmd.Instances})
		}
	} else {
		p, err := c.Plan(cmd.Experiment, plan.Options{})
		if err == nil {
			err = run.Launchable(p.Cells())
		}
		if err != nil {
			return need, err
		}
		need = run.Needs(p.Cells(), cmd.Instances)
	}
	if need.Network = cmd.network(); cmd.Gateway {
		need.Gateway = cmd.GatewayType
		err = deploy.CheckType("--gateway-type", cmd.GatewayType, "arm64")
	}
	if err = errors.Join(err, need.Network.Check()); err != nil {
		err = fmt.Errorf("cnv: %w", err)
	}
	return need, err
}

// prices says how old the prices are that budgets go by, and whether they are the region's.
func prices(now time.Time, region string) deploy.Finding {
	read := time.Date(catalog.Read[0], time.Month(catalog.Read[1]), catalog.Read[2], 0, 0, 0, 0, time.UTC)
	days := int(now.Sub(read).Hours() / 24)
	f := deploy.Finding{What: "prices", Says: fmt.Sprintf("of us-east-1, read on %s, %d days ago; they differ between regions", read.Format(time.DateOnly), days)}
	if other := deploy.OtherPrices(region); other != "" {
		f.Mark = deploy.Look
		f.Says += "; " + strings.TrimPrefix(other, "warning: ")
	}
	if days >= 365 {
		f.Mark = deploy.Fail
		f.Says += "; budgets go by them: get a newer version of this program"
	}
	return f
}
