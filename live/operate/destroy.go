package operate

import (
	"errors"
	"fmt"

	"cnv/live/aws/deploy"
	"cnv/live/run"
	"cnv/policy"
)

// A Destroy is the command that removes what a deployment has.
type Destroy struct {
	Account
	AllRegions bool // of the account, not only its own
	DryRun     bool // only say what would be done
	Yes        bool // do not ask
}

// Run removes all that a deployment has, its measurements too.
func (d *Destroy) Run(c *run.Console) error {
	if d.AllRegions {
		return d.everywhere(c)
	}
	clients, f, err := d.find(c)
	if clients != nil && err != nil {
		return d.endInstances(c, clients, err)
	}
	if err != nil {
		return err
	}
	steps := deploy.PlanDestroy(f)
	printSteps(c.Out, steps)
	if d.DryRun || len(steps) == 0 {
		fmt.Fprintf(c.Out, "%s to do; nothing was changed\n", policy.Count(len(steps), "step"))
		return nil
	}
	if err := c.Confirm(d.Yes, "Remove all this?"); err != nil {
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
func (d *Destroy) endInstances(c *run.Console, clients *deploy.Clients, why error) error {
	instances, err := clients.Instances(c.Ctx, d.Deployment)
	if err != nil || len(instances) == 0 {
		return why
	}
	fmt.Fprintf(c.Out, "what else deployment %s has cannot be told (below is why); its instances can be ended:\n", d.Deployment)
	printSteps(c.Out, deploy.PlanEnd(instances))
	if d.DryRun {
		return why
	}
	if err := c.Confirm(d.Yes, "End these instances?"); err != nil {
		return errors.Join(why, err)
	}
	if err := clients.EndInstances(c.Ctx, d.Deployment); err != nil {
		return errors.Join(why, err)
	}
	fmt.Fprintf(c.Out, "%s ended; all else is left\n", policy.Count(len(instances), "instance"))
	return why
}

// everywhere removes what the deployment has in each region: instances first, in all of them.
func (d *Destroy) everywhere(c *run.Console) error {
	all, unknown, err := d.Account.everywhere(c)
	if err != nil {
		return err
	}
	there := deploy.Regions(all)
	for _, r := range there {
		fmt.Fprintf(c.Out, "-- %s\n", r.Region)
		printSteps(c.Out, deploy.PlanDestroy(r.Found))
	}
	if unknown != nil {
		fmt.Fprintf(c.Out, "what else there is in these regions is not known, so that only instances are ended there:\n%v\n", unknown)
	}
	if d.DryRun || len(there) == 0 && unknown == nil {
		fmt.Fprintf(c.Out, "%d regions were looked at; nothing was changed\n", len(all))
		return unknown
	}
	if err := c.Confirm(d.Yes, "Remove all this?"); err != nil {
		return err
	}
	err = errors.Join(unknown, deploy.EndEverywhere(c.Ctx, all, d.Deployment))
	for _, r := range there {
		left, failed := r.Destroy(c.Ctx, r.Found, deploy.PlanDestroy(r.Found), func(s deploy.Step) { fmt.Fprintln(c.Out, "doing", r.Region, s) })
		if len(left) > 0 {
			printSteps(c.Out, left)
			failed = errors.Join(failed, fmt.Errorf("cnv: %d resources are left: run destroy again", len(left)))
		}
		if failed != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", r.Region, failed))
		}
	}
	if err == nil {
		fmt.Fprintln(c.Out, "nothing is left")
	}
	return err
}
