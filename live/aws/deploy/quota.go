package deploy

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/smithy-go"

	"cnv/live/aws"
)

// A quota bounds the vCPUs of an account's running instances in a region.
type quota struct{ market, code string }

// The quotas of the standard families, which share one per market.
// Source: EC2 user guide, "Amazon EC2 instance type quotas".
var onDemand, spot = quota{"on demand", "L-1216C47A"}, quota{"spot", "L-34B43A08"}

// vcpus compares, in each market, how many vCPUs are needed with how many the account may
// run, less what else runs there.
func (d *doctor) vcpus(need Need) {
	others, err := d.others()
	if err != nil {
		d.say(Fail, "vCPUs", "what runs already: %v", err)
		return
	}
	for _, market := range []quota{onDemand, spot} {
		var says []string
		needed := 0
		for _, p := range need.all() {
			if p.Spot != (market == spot) {
				continue
			}
			each, err := d.vcpusOf(p.Type)
			switch {
			case err != nil:
				d.say(Fail, "vCPUs", "%s: %v", p.Type, err)
				continue
			case !standard(p.Type):
				d.say(Look, "vCPUs", "%d %s need %d; its family has quotas of its own: look under Service Quotas, Amazon EC2", p.N, p.Type, each*p.N)
				continue
			}
			needed += each * p.N
			says = append(says, fmt.Sprintf("%d %s", p.N, p.Type))
		}
		if needed > 0 {
			d.compareQuota(market, strings.Join(says, ", "), needed, others[market])
		}
	}
}

// compareQuota compares with one quota.
func (d *doctor) compareQuota(market quota, what string, needed, others int) {
	says := fmt.Sprintf("%s: %s need %d", market.market, what, needed)
	have, err := d.quota(market)
	if err != nil {
		d.say(Look, "vCPUs", "%s; how many the account may run is not told (%v): look under Service Quotas, Amazon EC2, at %s", says, err, market.code)
		return
	}
	says += fmt.Sprintf("; the account may run %d (%s), and others have %d of them now", have, market.code, others)
	left := max(have-others, 0)
	if left >= needed {
		d.say(OK, "vCPUs", "%s", says)
		return
	}
	spare := ""
	if also, err := d.quota(spot); market == onDemand && err == nil && also >= needed {
		spare = `, buy them spot (market = "spot")`
	}
	d.say(Fail, "vCPUs", "%s: ask for a higher quota%s, or launch fewer (--max-vcpus %d)", says, spare, left)
}

// others are the vCPUs of the account's instances of standard families that are not of this
// deployment, by market.
func (d *doctor) others() (map[quota]int, error) {
	out := map[quota]int{}
	pages := ec2.NewDescribeInstancesPaginator(d.c.EC2, &ec2.DescribeInstancesInput{Filters: []types.Filter{filter("instance-state-name", "pending", "running")}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(d.ctx)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Reservations {
			for _, i := range r.Instances {
				if tag(i.Tags, aws.TagDeployment) == d.s.Name || !standard(string(i.InstanceType)) {
					continue
				}
				market := map[bool]quota{false: onDemand, true: spot}[i.InstanceLifecycle == types.InstanceLifecycleTypeSpot]
				n, err := d.vcpusOf(string(i.InstanceType))
				if o := i.CpuOptions; o != nil {
					n, err = int(sdk.ToInt32(o.CoreCount)*sdk.ToInt32(o.ThreadsPerCore)), nil
				}
				if err != nil {
					return nil, err
				}
				out[market] += n
			}
		}
	}
	return out, nil
}

// freePlan says which types an account on AWS's free plan could not launch.
func (d *doctor) freePlan(need Need) {
	kinds := need.types(Builder(d.s.Arch))
	var names []types.InstanceType
	for _, k := range kinds {
		names = append(names, types.InstanceType(k))
	}
	out, err := d.c.EC2.DescribeInstanceTypes(d.ctx, &ec2.DescribeInstanceTypesInput{InstanceTypes: names})
	if err != nil {
		return // vcpus has said so
	}
	var not []string
	for _, i := range out.InstanceTypes {
		if !sdk.ToBool(i.FreeTierEligible) {
			not = append(not, string(i.InstanceType))
		}
	}
	slices.Sort(not)
	if len(not) > 0 {
		d.say(Look, "free plan", "an account on AWS's free plan cannot launch %s: where yours is on it (Billing, Free Tier), take a type such as %s, or upgrade", strings.Join(not, ", "), Builder(d.s.Arch))
		return
	}
	d.say(OK, "free plan", "it includes %s", strings.Join(kinds, ", "))
}

func (d *doctor) vcpusOf(kind string) (int, error) {
	out, err := d.c.EC2.DescribeInstanceTypes(d.ctx, &ec2.DescribeInstanceTypesInput{InstanceTypes: []types.InstanceType{types.InstanceType(kind)}})
	switch {
	case err != nil:
		return 0, err
	case len(out.InstanceTypes) == 0 || out.InstanceTypes[0].VCpuInfo == nil:
		return 0, errors.New("the region does not have it")
	}
	return int(sdk.ToInt32(out.InstanceTypes[0].VCpuInfo.DefaultVCpus)), nil
}

// quota is what the account may run; an error's code is all that is told of it.
func (d *doctor) quota(q quota) (int, error) {
	out, err := servicequotas.NewFromConfig(d.cfg).GetServiceQuota(d.ctx, &servicequotas.GetServiceQuotaInput{ServiceCode: sdk.String("ec2"), QuotaCode: &q.code})
	var api smithy.APIError
	switch {
	case errors.As(err, &api):
		return 0, errors.New(api.ErrorCode())
	case err != nil:
		return 0, err
	case out.Quota == nil:
		return 0, errors.New("no quota in the answer")
	}
	return int(sdk.ToFloat64(out.Quota.Value)), nil
}

// standard says whether a type's family is of those that share one quota: A, C,
// D, H, I, M, R, T and Z.
func standard(kind string) bool {
	family := kind[:strings.IndexAny(kind+"0", "0123456789-")]
	switch family {
	case "dl", "hpc", "inf", "mac", "trn":
		return false
	}
	return family != "" && strings.Contains("acdhimrtz", family[:1])
}
