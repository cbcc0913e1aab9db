package deploy

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"

	"cnv/internal/testtime"
	"cnv/live"
	"cnv/live/aws"
	"cnv/live/aws/awstest"
	"cnv/live/local"
)

// TestZonesShareAFleet: a launch is spread over all zones, here and on somebody
// else's EC2; asked for again, it is the same instances.
func TestZonesShareAFleet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, cfg := cloud(t, local.Config{Host: inMemory()})
		fleet, got := spread(ctx, t, cfg, 2)
		again, err := fleet.Launch(ctx, 0, len(got), "a")
		if err != nil || len(again) != len(got) || again[0].ID != got[0].ID || again[len(got)-1].ID != got[len(got)-1].ID {
			t.Errorf("asked again: %v, %v; want the same as before, %v", again, err, got)
		}
	})
}

func TestZonesShareAFleetOnMoto(t *testing.T) {
	ctx := testtime.Context(t)
	cfg := awstest.Moto(t)
	go powerOff(ctx, Connect(cfg))
	spread(ctx, t, cfg, 1) // of a call, moto grants MinCount only
}

// spread launches so many instances per zone.
func spread(ctx context.Context, t *testing.T, cfg sdk.Config, each int) (fleet *aws.Instances, got []live.Instance) {
	t.Helper()
	s, f := deployed(ctx, t, cfg, light(t, ""))
	template, err := s.Template(f, []aws.Pool{{Name: "vm", Type: "c7g.large"}})
	if err != nil {
		t.Fatal(err)
	}
	zones := len(template.Subnets)
	fleet = aws.NewInstances(cfg, template)
	got, err = fleet.Launch(ctx, 0, each*zones, "a")
	if err != nil || len(got) != each*zones || zones < 2 {
		t.Fatalf("%d of %d instances in %d zones, %v", len(got), each*zones, zones, err)
	}
	in := make([]int, zones)
	for _, i := range got {
		in[i.Zone]++
	}
	if slices.Min(in) != each {
		t.Errorf("%v instances in the zones, want %d in each", in, each)
	}
	return fleet, got
}
