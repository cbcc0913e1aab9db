package deploy

import (
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Need is what a deployment will be asked for.
type Need struct {
	Pools       []PoolNeed
	Concurrency int    // function environments at once
	MemoryMB    int    // of the function; 0: any
	Gateway     string // type of its instance; "": none is launched
	Network     Network
}

// A PoolNeed is a number of instances of one type that run at once.
type PoolNeed struct {
	Type string
	N    int
	Spot bool
}

// all are the pools and the gateway.
func (n *Need) all() []PoolNeed {
	if n.Gateway == "" {
		return n.Pools
	}
	return append(slices.Clip(n.Pools), PoolNeed{Type: n.Gateway, N: 1})
}

func (n *Need) instances() (sum int) {
	for _, p := range n.all() {
		sum += p.N
	}
	return sum
}

// types are those of all instances, each once, after others.
func (n *Need) types(others ...string) []string {
	out := others
	for _, p := range n.all() {
		if !slices.Contains(out, p.Type) {
			out = append(out, p.Type)
		}
	}
	return out
}

// offered looks in which zones of the subnets there are the types at all.
func (d *doctor) offered(need Need) {
	if d.found == nil {
		return
	}
	for _, kind := range need.types(Builder(d.s.Arch)) {
		in := map[string]bool{}
		pages := ec2.NewDescribeInstanceTypeOfferingsPaginator(d.c.EC2, &ec2.DescribeInstanceTypeOfferingsInput{
			LocationType: types.LocationTypeAvailabilityZone, Filters: []types.Filter{filter("instance-type", kind)},
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(d.ctx)
			if err != nil {
				d.say(Fail, "zones", "which have %s: %v", kind, err)
				return
			}
			for _, o := range page.InstanceTypeOfferings {
				in[sdk.ToString(o.Location)] = true
			}
		}
		var have, lack []string
		for _, s := range d.found.Subnets {
			if in[s.Zone] {
				have = append(have, s.Zone)
			} else {
				lack = append(lack, s.Zone)
			}
		}
		switch {
		case len(have) == 0:
			d.say(Fail, "zones", "none of the subnets' zones (%s) has %s: take another type, or another region (--region)", strings.Join(lack, ", "), kind)
		case len(lack) > 0:
			d.say(OK, "zones", "%s: in %s; not in %s", kind, strings.Join(have, ", "), strings.Join(lack, ", "))
		default:
			d.say(OK, "zones", "%s: in %s", kind, strings.Join(have, ", "))
		}
	}
}
