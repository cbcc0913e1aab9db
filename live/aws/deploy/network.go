package deploy

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"cnv/live/aws"
)

// A Network is where a deployment is to be. Zero: where it is already, which its security
// groups know, or in the account's default VPC.
type Network struct {
	VPC     string   // "": that of the subnets
	Subnets []string // nil: all of the VPC
}

// mostSubnets is how many IDs fit into the tag that remembers them, of 256 characters.
const mostSubnets = 10

var networkIDs = regexp.MustCompile(`^(vpc|subnet)-[0-9a-f]+$`)

// Check finds what is not as AWS names it.
func (n *Network) Check() error {
	var errs []error
	if n.VPC != "" && (!networkIDs.MatchString(n.VPC) || !strings.HasPrefix(n.VPC, "vpc-")) {
		errs = append(errs, fmt.Errorf("--vpc %q: want an ID such as vpc-0123456789abcdef0", n.VPC))
	}
	for _, s := range n.Subnets {
		if !networkIDs.MatchString(s) || !strings.HasPrefix(s, "subnet-") {
			errs = append(errs, fmt.Errorf("--subnet %q: want an ID such as subnet-0123456789abcdef0", s))
		}
	}
	if len(n.Subnets) > mostSubnets {
		errs = append(errs, fmt.Errorf("%d subnets: at most %d", len(n.Subnets), mostSubnets))
	}
	return errors.Join(errs...)
}

// tag is how a deployment's security groups remember the subnets; "": all of the VPC.
func (n *Network) tag() string { return strings.Join(slices.Sorted(slices.Values(n.Subnets)), " ") }

// network looks for the VPC and the subnets, which are needed only to make something.
func (c *Clients) network(ctx context.Context, f *Found) error {
	if f.VPC != "" {
		if c.VPC != "" && c.VPC != f.VPC || len(c.Subnets) > 0 && c.tag() != f.chosen {
			return fmt.Errorf("it is in VPC %s (subnets %s) already: destroy it first, or choose another name for the deployment", f.VPC, orAll(f.chosen))
		}
		return c.subnets(ctx, f, strings.Fields(f.chosen))
	}
	f.VPC, f.chosen = c.VPC, c.tag()
	if f.VPC == "" && len(c.Subnets) == 0 {
		vpcs, err := c.EC2.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{Filters: []types.Filter{filter("is-default", "true")}})
		if err != nil || len(vpcs.Vpcs) == 0 {
			return err
		}
		f.VPC = sdk.ToString(vpcs.Vpcs[0].VpcId)
	}
	return c.subnets(ctx, f, c.Subnets)
}

func orAll(subnets string) string {
	if subnets == "" {
		return "all of it"
	}
	return subnets
}

// subnets looks for these subnets, or for all of the VPC if there are none. They say which VPC
// it is, if that is not known.
func (c *Clients) subnets(ctx context.Context, f *Found, ids []string) error {
	in := &ec2.DescribeSubnetsInput{SubnetIds: ids}
	if len(ids) == 0 {
		in.Filters = []types.Filter{filter("vpc-id", f.VPC)}
	}
	out, err := c.EC2.DescribeSubnets(ctx, in)
	if errorCode(err) == "InvalidSubnetID.NotFound" && f.VPC != "" && len(c.Subnets) == 0 {
		return nil // they were there when the deployment was made; it can still be destroyed
	}
	if err != nil {
		return err
	}
	for _, s := range out.Subnets {
		if vpc := sdk.ToString(s.VpcId); f.VPC == "" {
			f.VPC = vpc
		} else if vpc != f.VPC {
			return fmt.Errorf("subnet %s is in VPC %s, not in %s: all have to be in one", sdk.ToString(s.SubnetId), vpc, f.VPC)
		}
		f.Subnets = append(f.Subnets, aws.Subnet{ID: sdk.ToString(s.SubnetId), Zone: sdk.ToString(s.AvailabilityZone)})
	}
	slices.SortFunc(f.Subnets, func(a, b aws.Subnet) int { return strings.Compare(a.Zone+a.ID, b.Zone+b.ID) })
	return nil
}

// Network says why nothing can be deployed where it looked.
func (f *Found) Network() error {
	switch {
	case f.VPC == "":
		return errors.New("the region has no default VPC: name another one (--vpc, or --subnet once per subnet), or make it (aws ec2 create-default-vpc)")
	case len(f.Subnets) == 0:
		return fmt.Errorf("the VPC %s has no subnet: make one (in a default VPC: aws ec2 create-default-subnet --availability-zone NAME), or name another VPC (--vpc)", f.VPC)
	}
	return nil
}
