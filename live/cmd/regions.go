package main

import (
	"errors"
	"fmt"

	"cnv/live/aws/deploy"
	"cnv/live/run"
)

// everywhere looks for the deployment in all regions. The first error is of regions where it
// is not known what is there, which are in all, too.
func (a *account) everywhere(c *run.Console) (all []deploy.Regional, unknown, err error) {
	cfg, err := a.config(c)
	if err != nil {
		return nil, nil, run.Unusable(err)
	}
	if all, err = deploy.Everywhere(c.Ctx, cfg, a.Deployment); err != nil {
		return nil, nil, err
	}
	for _, r := range all {
		if r.Err != nil {
			unknown = errors.Join(unknown, fmt.Errorf("%s: %w", r.Region, r.Err))
		}
	}
	return all, unknown, nil
}

// everywhere shows what the deployment has in each region.
func (cmd *statusCmd) everywhere(c *run.Console) error {
	all, unknown, err := cmd.account.everywhere(c)
	if err != nil {
		return err
	}
	there := deploy.Regions(all)
	for _, r := range there {
		fmt.Fprintf(c.Out, "-- %s\n", r.Region)
		if err := cmd.show(c, r.Clients, r.Found); err != nil {
			return err
		}
	}
	fmt.Fprintf(c.Out, "deployment %s: %d regions were looked at; it has something in %d\n", cmd.Deployment, len(all), len(there))
	return unknown
}

// everywhere removes what the deployment has in each region: instances first, in all of them.
func (cmd *destroyCmd) everywhere(c *run.Console) error {
	all, unknown, err := cmd.account.everywhere(c)
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
	if cmd.DryRun || len(there) == 0 && unknown == nil {
		fmt.Fprintf(c.Out, "%d regions were looked at; nothing was changed\n", len(all))
		return unknown
	}
	if err := c.Confirm(cmd.Yes, "Remove all this?"); err != nil {
		return err
	}
	err = errors.Join(unknown, deploy.EndEverywhere(c.Ctx, all, cmd.Deployment))
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
