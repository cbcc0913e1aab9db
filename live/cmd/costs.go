package main

import (
	"fmt"
	"io"
	"time"

	"cnv/live/aws/deploy"
	"cnv/live/run"
	"cnv/policy/catalog"
)

// snapshotUSD is what a GB of a snapshot costs per month, us-east-1, from memory.
const snapshotUSD = 0.05

// hourly is the price of an instance with the volume of 8 GiB that its image
// has; of an unknown type that of the volume.
func hourly(name string) float64 {
	i, err := catalog.Lookup(name)
	if err != nil {
		return catalog.VolumeUSDPerHour(8)
	}
	return i.USDPerHour + catalog.VolumeUSDPerHour(8)
}

// outside is the price of an instance with a public address.
func outside(name string) float64 { return hourly(name) + catalog.PublicIPv4.USD() }

// printCosts says what a deployment costs at worst.
func printCosts(w io.Writer, s *deploy.Spec, l *limits) {
	build := outside(s.Builder)
	images, about := 1, "the image's snapshot"
	if s.Gateway != nil {
		images, about = 2, "the snapshots of both images"
	}
	fmt.Fprintf(w, "At worst $%.4f per hour, $%.2f per day, while the builder (%s) runs: some minutes, it is ended after 10. Then %s, $%.2f per month at most, and what is used.\n",
		build, 24*build, s.Builder, about, float64(images)*8*snapshotUSD)
	if g := s.Gateway; g != nil {
		fmt.Fprintf(w, "The gateway launches workers and calls functions by itself: at worst $%.2f per hour, $%.0f per day, with its own instance, beside $%.2f per million calls and $%.3f per million writes to the table; it ends them and itself at $%.2f or after %v.\n",
			l.MaxUsdPerHour, 24*l.MaxUsdPerHour, 1e6*catalog.FunctionCall.USD(), 1e6*catalog.StoreWrite.USD(), l.MaxUsd, l.MaxTime)
	}
}

// A bill is what a deployment costs while nobody uses it, dollars per hour.
type bill struct {
	instances, snapshots, warm float64
	spot, snapshotGB           int
	environments               int32
}

// billOf adds up what is there.
func billOf(f *deploy.Found, warm []deploy.Warm) (b bill) {
	const month = 730 // hours
	for _, i := range f.Instances {
		switch {
		case i.State == "stopped":
			b.instances += catalog.VolumeUSDPerHour(8)
		case i.Role == "worker":
			b.instances += hourly(i.Type)
		default:
			b.instances += outside(i.Type)
		}
		if i.Spot {
			b.spot++
		}
	}
	b.snapshotGB = int(f.SnapshotGB)
	b.snapshots = float64(f.SnapshotGB) * snapshotUSD / month
	for _, w := range warm {
		b.environments += w.Environments
		b.warm += float64(w.Environments) * float64(w.MemoryMB) / 1024 * time.Hour.Seconds() * catalog.ProvisionedARM.USD()
	}
	return b
}

// print says it.
func (b bill) print(w io.Writer, instances int) {
	all := b.instances + b.snapshots + b.warm
	fmt.Fprintf(w, "%s $%.4f, %d environments kept warm $%.4f, snapshots of %d GB $%.4f at most: $%.4f per hour, $%.2f per day, beside what is called, written and logged\n",
		run.Plural(instances, "instance"), b.instances, b.environments, b.warm, b.snapshotGB, b.snapshots, all, 24*all)
	if b.spot > 0 {
		fmt.Fprintf(w, "%d of them are spot instances, counted at the price on demand: they cost less\n", b.spot)
	}
}
