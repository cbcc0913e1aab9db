package run

import (
	"slices"
	"strings"
	"testing"
	"time"

	"cnv/live/local"
	"cnv/policy"
	"cnv/sim"
)

// TestRegionalFaults: the local cloud lacks capacity and loses zones as the experiment says, zone
// by zone; what it cannot do is refused.
func TestRegionalFaults(t *testing.T) {
	lost := sim.Fault{Kind: sim.ZoneLost, Zone: 1, At: time.Minute, Lasts: 30 * time.Second}
	none := sim.Fault{Kind: sim.NoCapacity, Zone: sim.AnyZone, Pool: policy.NoPool, Share: 1, At: 2 * time.Minute}
	got := regionalFaults(&sim.Config{Faults: []sim.Fault{{Kind: sim.Crash}, lost, none}})
	want := []local.Fault{{Action: "outage", Code: "us-east-1b", From: time.Minute, To: 90 * time.Second}}
	for _, zone := range []string{"us-east-1a", "us-east-1b", "us-east-1c"} {
		want = append(want, local.Fault{Action: "zone", Code: zone, From: 2 * time.Minute})
	}
	if !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if err := local.CheckFaults(got); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		target Target
		change func(f *sim.Fault)
		want   string
	}{
		{Local, func(*sim.Fault) {}, ""},
		{Local, func(f *sim.Fault) { f.Pool = 0 }, "not those of a pool or a share"},
		{Local, func(f *sim.Fault) { f.Share = 0.5 }, "not those of a pool or a share"},
		{Local, func(f *sim.Fault) { f.Zone = 3 }, "the local cloud has 3 zones"},
		{AWS, func(*sim.Fault) {}, "no zone of EC2 can be made to fail"},
	} {
		f := none
		c.change(&f)
		switch err := c.target.cannotFail(&f, 2); {
		case c.want == "" && err != nil, c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%v, %+v: %v, want %q", c.target, f, err, c.want)
		}
	}
}
