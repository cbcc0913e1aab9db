package operate

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

// A Doctor is the command that looks for what could keep a deployment from working.
type Doctor struct {
	Account
	Network deploy.Network
	Needs
}

// Needs say what is looked at.
type Needs struct {
	Experiment  string   // a file, or the name of one; "": Type and Concurrency say it
	Gateway     bool     // also what a gateway needs
	GatewayType string   // of its instance
	Type        []string // instance types that will be launched
	Instances   int      // most at once
	Concurrency int      // function environments at once
	DryRun      bool     // only say which calls would be made
}

// Run looks for what could keep a deployment from working.
func (d *Doctor) Run(c *run.Console) error {
	if d.DryRun {
		printCalls(c, slices.Concat(deploy.Looks, deploy.Checks))
		return nil
	}
	need, err := d.need(c)
	if err != nil {
		return run.Unusable(err)
	}
	var found []deploy.Finding
	region := d.Region
	switch cfg, err := d.Config(c); {
	case errors.Is(err, aws.ErrRegion), errors.Is(err, aws.ErrCredentials): // nothing else would work
		found = []deploy.Finding{{Mark: deploy.Fail, What: "account", Says: strings.TrimPrefix(err.Error(), "cnv: ")}}
	case err != nil:
		return run.Unusable(err)
	default:
		region = cfg.Region
		found = deploy.Doctor(c.Ctx, cfg, &deploy.Spec{Name: d.Deployment, Arch: "arm64"}, need)
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
func (d *Doctor) need(c *run.Console) (need deploy.Need, err error) {
	if d.Experiment == "" {
		need.Concurrency = d.Concurrency
		for _, kind := range d.Type {
			need.Pools = append(need.Pools, deploy.PoolNeed{Type: kind, N: d.Instances})
		}
	} else {
		p, err := c.Plan(d.Experiment, plan.Options{})
		if err == nil {
			err = run.Launchable(p.Cells())
		}
		if err != nil {
			return need, err
		}
		need = run.Needs(p.Cells(), d.Instances)
	}
	if need.Network = d.Network; d.Gateway {
		need.Gateway = d.GatewayType
		err = deploy.CheckType("--gateway-type", d.GatewayType, "arm64")
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
