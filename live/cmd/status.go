package main

import (
	"fmt"
	"io"
	"slices"

	"cnv/live/aws/deploy"
	"cnv/live/run"
	"cnv/policy"
)

// A statusCmd is `status`.
type statusCmd struct {
	account
	AllRegions bool `help:"Look in all regions that the account has enabled."`
	DryRun     bool `help:"Print the calls that the command would make, and make none."`
}

// Run shows what a deployment has.
func (cmd *statusCmd) Run(c *run.Console) error {
	if cmd.DryRun {
		calls := append(slices.Clip(deploy.Looks), "Lambda ListProvisionedConcurrencyConfigs")
		if cmd.AllRegions {
			calls = append(calls, "EC2 DescribeRegions (once, the others in each region)")
		}
		printCalls(c, calls)
		return nil
	}
	if cmd.AllRegions {
		return cmd.everywhere(c)
	}
	clients, f, err := cmd.find(c)
	if err != nil {
		return err
	}
	return cmd.show(c, clients, f)
}

// show says what is there.
func (cmd *statusCmd) show(c *run.Console, clients *deploy.Clients, f *deploy.Found) error {
	there := deploy.PlanDestroy(f)
	if len(there) == 0 {
		fmt.Fprintf(c.Out, "deployment %s: nothing is there\n", cmd.Deployment)
		return nil
	}
	for _, s := range there {
		fmt.Fprintf(c.Out, "%-14s %s%s\n", s.What, s.Name, because(s.Why))
	}
	for _, i := range f.Instances {
		if i.Role == "gateway" {
			sayGateway(c.Out, f, &i)
		} else if i.Address != "" {
			fmt.Fprintf(c.Out, "%s %s: %s\n", i.Role, i.ID, i.Address)
		}
	}
	warm, err := clients.Warm(c.Ctx, f)
	if err != nil {
		fmt.Fprintf(c.Out, "environments kept warm: not known, and not counted below: %v\n", err)
	}
	for _, w := range warm {
		fmt.Fprintf(c.Out, "%-14s %d (of version %s, %d MB)\n", "kept warm", w.Environments, w.Version, w.MemoryMB)
	}
	printBill(c.Out, f.Bill(warm), len(f.Instances))
	if other := deploy.OtherPrices(clients.EC2.Options().Region); other != "" {
		fmt.Fprintln(c.Out, other)
	}
	return nil
}

// printBill says what it costs.
func printBill(w io.Writer, b deploy.Bill, instances int) {
	all := b.Instances + b.Snapshots + b.Warm
	fmt.Fprintf(w, "%s $%.4f, %d environments kept warm $%.4f, snapshots of %d GB $%.4f at most: $%.4f per hour, $%.2f per day, beside what is called, written and logged\n",
		policy.Count(instances, "instance"), b.Instances, b.Environments, b.Warm, b.SnapshotGB, b.Snapshots, all, 24*all)
	if b.Spot > 0 {
		fmt.Fprintf(w, "%d of them are spot instances, counted at the price on demand: they cost less\n", b.Spot)
	}
}

// printCalls says which calls a command would make.
func printCalls(c *run.Console, calls []string) {
	fmt.Fprintln(c.Out, "It would make these calls, none of which changes anything or costs:")
	for _, call := range calls {
		fmt.Fprintln(c.Out, " ", call)
	}
	fmt.Fprintln(c.Out, "None was made.")
}
