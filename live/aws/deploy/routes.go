package deploy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"cnv/live/aws"
)

// An Exit is how what is in a subnet reaches the internet, and so AWS's services.
type Exit uint8

// The exits.
const (
	Unknown Exit = iota // nobody has looked
	Public              // by an internet gateway: with a public address of its own
	NAT                 // by a NAT gateway or another device, without one
	Closed              // not at all
)

func (e Exit) String() string {
	return [...]string{"not looked at", "public", "private, by NAT", "no route to the internet"}[e]
}

// exits looks at the routes of the subnets: those of a subnet's own table, or of the VPC's
// main one (VPC user guide, "Subnet route tables").
func (c *Clients) exits(ctx context.Context, f *Found) error {
	main, own := Closed, map[string]Exit{}
	pages := ec2.NewDescribeRouteTablesPaginator(c.EC2, &ec2.DescribeRouteTablesInput{Filters: []types.Filter{filter("vpc-id", f.VPC)}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, t := range page.RouteTables {
			for _, a := range t.Associations {
				if sdk.ToBool(a.Main) {
					main = exit(t.Routes)
				}
				own[sdk.ToString(a.SubnetId)] = exit(t.Routes)
			}
		}
	}
	f.Exits = map[string]Exit{}
	for _, s := range f.Subnets {
		f.Exits[s.ID] = main
		if e, ok := own[s.ID]; ok {
			f.Exits[s.ID] = e
		}
	}
	return nil
}

// exit is where the default route goes.
func exit(routes []types.Route) Exit {
	for _, r := range routes {
		switch {
		case sdk.ToString(r.DestinationCidrBlock) != "0.0.0.0/0" || r.State == types.RouteStateBlackhole:
		case strings.HasPrefix(sdk.ToString(r.GatewayId), "igw-"):
			return Public
		default: // a NAT gateway, a transit gateway, an instance
			return NAT
		}
	}
	return Closed
}

// outside are the subnets from which the builder and the gateway reach AWS.
func (f *Found) outside() ([]aws.Subnet, error) {
	open := slices.DeleteFunc(slices.Clone(f.Subnets), func(s aws.Subnet) bool { return f.Exits[s.ID] == Closed })
	if len(open) == 0 {
		var ids []string
		for _, s := range f.Subnets {
			ids = append(ids, s.ID)
		}
		return nil, errors.New("no subnet of VPC " + f.VPC + " (" + strings.Join(ids, ", ") + ") has a route to the internet, which builder and gateway need to reach AWS: add a route 0.0.0.0/0 to an internet gateway or a NAT gateway, or name other subnets (--subnet)")
	}
	return open, nil
}

// launchIn are the subnets to launch builder and gateway in: those of outside, or all where
// there are none, which TryLaunches has refused.
func (f *Found) launchIn() []aws.Subnet {
	if open, err := f.outside(); err == nil {
		return open
	}
	return f.Subnets
}

// public says whether an instance in a subnet that has to reach AWS needs a public address:
// not where a NAT device has it.
func (f *Found) public(subnet string) *bool { return sdk.Bool(f.Exits[subnet] != NAT) }

// routes says it of all subnets.
func (f *Found) routes() string {
	var out []string
	for _, s := range f.Subnets {
		out = append(out, fmt.Sprintf("%s in %s: %s", s.ID, s.Zone, f.Exits[s.ID]))
	}
	return strings.Join(out, "; ")
}
