package operate

import (
	"fmt"
	"io"
	"slices"

	"cnv/live/aws/deploy"
	"cnv/live/run"
	"cnv/policy"
)

// A Status is the command that shows what a deployment has, and what it costs.
type Status struct {
	Account
	AllRegions bool // of the account, not only its own
	DryRun     bool // only say which calls would be made
}

// Run shows what a deployment has.
func (s *Status) Run(c *run.Console) error {
	if s.DryRun {
		calls := append(slices.Clip(deploy.Looks), "Lambda ListProvisionedConcurrencyConfigs")
		if s.AllRegions {
			calls = append(calls, "EC2 DescribeRegions (once, the others in each region)")
		}
		printCalls(c, calls)
		return nil
	}
	if s.AllRegions {
		return s.everywhere(c)
	}
	clients, f, err := s.find(c)
	if err != nil {
		return err
	}
	return s.show(c, clients, f)
}

// show says what is there.
func (s *Status) show(c *run.Console, clients *deploy.Clients, f *deploy.Found) error {
	there := deploy.PlanDestroy(f)
	if len(there) == 0 {
		fmt.Fprintf(c.Out, "deployment %s: nothing is there\n", s.Deployment)
		return nil
	}
	for _, step := range there {
		fmt.Fprintf(c.Out, "%-14s %s%s\n", step.What, step.Name, because(step.Why))
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

// everywhere shows what the deployment has in each region.
func (s *Status) everywhere(c *run.Console) error {
	all, unknown, err := s.Account.everywhere(c)
	if err != nil {
		return err
	}
	there := deploy.Regions(all)
	for _, r := range there {
		fmt.Fprintf(c.Out, "-- %s\n", r.Region)
		if err := s.show(c, r.Clients, r.Found); err != nil {
			return err
		}
	}
	fmt.Fprintf(c.Out, "deployment %s: %d regions were looked at; it has something in %d\n", s.Deployment, len(all), len(there))
	return unknown
}
