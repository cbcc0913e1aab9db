package deploy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"golang.org/x/sync/errgroup"
)

// A Regional is what a deployment has in a region, or why that is not known.
type Regional struct {
	Region string
	*Clients
	Found *Found // nil: not known
	Err   error
}

// atOnce is how many regions are looked at at once.
const atOnce = 8

// Everywhere looks for a deployment in all regions that the account has enabled, in the order
// of their names.
func Everywhere(ctx context.Context, cfg sdk.Config, name string) ([]Regional, error) {
	out, err := Connect(cfg).EC2.DescribeRegions(ctx, &ec2.DescribeRegionsInput{})
	if err != nil {
		return nil, fmt.Errorf("cnv: the regions of the account: %w", err)
	}
	var all []Regional
	for _, r := range out.Regions {
		there := cfg.Copy()
		there.Region = sdk.ToString(r.RegionName)
		all = append(all, Regional{Region: there.Region, Clients: Connect(there)})
	}
	slices.SortFunc(all, func(a, b Regional) int { return strings.Compare(a.Region, b.Region) })
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i := range all {
		group.Go(func() error {
			all[i].Found, all[i].Err = all[i].Find(ctx, name, "arm64")
			return nil
		})
	}
	return all, group.Wait()
}

// Regions are those where something is.
func Regions(all []Regional) (out []Regional) {
	for _, r := range all {
		if r.Found != nil && len(PlanDestroy(r.Found)) > 0 {
			out = append(out, r)
		}
	}
	return out
}

// EndEverywhere ends the instances of a deployment in all regions, first of all, also where
// the rest is not known.
func EndEverywhere(ctx context.Context, all []Regional, name string) error {
	var mu sync.Mutex
	var errs []error
	var group errgroup.Group
	group.SetLimit(atOnce)
	for _, r := range all {
		group.Go(func() error {
			if err := r.EndInstances(ctx, name); err != nil {
				mu.Lock()
				defer mu.Unlock()
				errs = append(errs, fmt.Errorf("%s: %w", r.Region, err))
			}
			return nil
		})
	}
	return errors.Join(group.Wait(), errors.Join(errs...))
}
