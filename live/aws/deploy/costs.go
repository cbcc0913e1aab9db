package deploy

import (
	"fmt"
	"time"

	"cnv/policy/catalog"
)

// priced is the region whose prices the catalog has.
const priced = "us-east-1"

// OtherPrices warns where prices and budgets are not those of the region; "": they are, or
// the region is not known.
func OtherPrices(region string) string {
	if region == "" || region == priced {
		return ""
	}
	return fmt.Sprintf("warning: prices here are those of %s, not of %s: what is spent there, and so each limit in dollars, may be off by the difference", priced, region)
}

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

// Outside is the price of an instance with a public address.
func Outside(name string) float64 { return hourly(name) + catalog.PublicIPv4.USD() }

// Costs says what making the deployment costs at worst, and then what its images do.
func (s *Spec) Costs() string {
	build := Outside(s.Builder)
	images, about := 1, "the image's snapshot"
	if s.Gateway != nil {
		images, about = 2, "the snapshots of both images"
	}
	return fmt.Sprintf("At worst $%.4f per hour, $%.2f per day, while the builder (%s) runs: some minutes, it is ended after 10. Then %s, $%.2f per month at most, and what is used.",
		build, 24*build, s.Builder, about, float64(images)*8*snapshotUSD)
}

// A Bill is what a deployment costs while nobody uses it, dollars per hour.
type Bill struct {
	Instances, Snapshots, Warm float64
	Spot, SnapshotGB           int   // instances at the price on demand; GB of the images
	Environments               int32 // of functions, kept warm
}

// Bill adds up what is there.
func (f *Found) Bill(warm []Warm) (b Bill) {
	const month = 730 // hours
	for _, i := range f.Instances {
		switch {
		case i.State == "stopped":
			b.Instances += catalog.VolumeUSDPerHour(8)
		case i.Role == "worker":
			b.Instances += hourly(i.Type)
		default:
			b.Instances += Outside(i.Type)
		}
		if i.Spot {
			b.Spot++
		}
	}
	b.SnapshotGB = int(f.SnapshotGB)
	b.Snapshots = float64(f.SnapshotGB) * snapshotUSD / month
	for _, w := range warm {
		b.Environments += w.Environments
		b.Warm += catalog.KeptUSD(int(w.Environments), int(w.MemoryMB), time.Hour, catalog.ProvisionedARM.USD())
	}
	return b
}
