package run

import (
	"fmt"
	"time"

	"cnv/live/local"
	"cnv/live/local/ec2"
	"cnv/sim"
)

// localZones are the zones of the local cloud: the k-th zone of an experiment is the k-th of them.
func localZones() []string { return ec2.Zones(local.DefaultRegion) }

// regional says whether a fault is of zones and launches, and of no single worker.
func regional(f *sim.Fault) bool { return f.Kind == sim.ZoneLost || f.Kind == sim.NoCapacity }

// regionalFaults are those of the experiment as the local cloud lets them happen.
func regionalFaults(cfg *sim.Config) (out []local.Fault) {
	for i := range cfg.Faults {
		f := &cfg.Faults[i]
		if !regional(f) {
			continue
		}
		one := local.Fault{Action: "zone", From: f.At}
		if f.Kind == sim.ZoneLost {
			one.Action = "outage"
		}
		if f.Lasts > 0 {
			one.To = f.At + f.Lasts
		}
		for z, name := range localZones() {
			if f.Zone == sim.AnyZone || f.Zone == z {
				one.Code = name
				out = append(out, one)
			}
		}
	}
	return out
}

// cannotFail says why a target cannot let a fault of zones or launches happen; nil: it can.
func (t Target) cannotFail(f *sim.Fault, pools int) error {
	at := fmt.Sprintf("cnv: fault at %v: ", f.At.Round(time.Millisecond))
	switch {
	case t != Local:
		return fmt.Errorf("%sno zone of EC2 can be made to fail or to lack capacity: use --target local", at)
	case f.Zone >= len(localZones()):
		return fmt.Errorf("%sthe local cloud has %d zones, and this is of the %d. of the experiment: compare it in the simulator", at, len(localZones()), f.Zone+1)
	case f.Kind == sim.NoCapacity && (f.Share < 1 || f.Pool >= 0 && pools > 1):
		return fmt.Errorf("%sthe local cloud refuses all launches of a zone, not those of a pool or a share of them (kind = \"no-capacity\"): compare it in the simulator", at)
	}
	return nil
}

// unlikeZones says what of zones and limits is otherwise live than in the simulator.
func unlikeZones(s *sim.Config) (out []string) {
	if s.Zones > 0 {
		out = append(out, "zones: live, workers are launched in all zones that the deployment has subnets in, the gateway is where it runs (gateway_zone), and zone_delay and cost_transfer_usd are what the network makes them, which nobody counts")
	}
	for i := range s.Pools {
		if s.Pools[i].ZoneFactor != nil {
			out = append(out, fmt.Sprintf("pool %s: zone_prices: live, they are on the bill here, but spot_usd_per_hour is the most that is paid in every zone", s.Control.Pools[i].Name))
		}
	}
	if s.Account != (sim.Account{}) {
		out = append(out, "[account]: live, the limits of the account itself hold (--vcpu-quota with --target local)")
	}
	return out
}
