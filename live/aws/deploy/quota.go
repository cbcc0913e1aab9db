package deploy

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/smithy-go"
)

// A quota bounds the vCPUs of an account's running instances in a region.
type quota struct{ market, code string }

// The quotas of the standard families, which share one per market.
// Source: EC2 user guide, "Amazon EC2 instance type quotas".
var onDemand, spot = quota{"on demand", "L-1216C47A"}, quota{"spot", "L-34B43A08"}

// vcpus compares how many the instances need with how many the account may run.
func (d *doctor) vcpus(need Need) {
	for _, kind := range need.Types {
		each, err := d.vcpusOf(kind)
		if err != nil {
			d.say(Fail, "vCPUs", "%s: %v", kind, err)
			continue
		}
		needed := each * need.Instances
		says := fmt.Sprintf("%d %s need %d", need.Instances, kind, needed)
		if !standard(kind) {
			d.say(Look, "vCPUs", "%s; its family has quotas of its own: look under Service Quotas, Amazon EC2", says)
			continue
		}
		d.compareQuotas(says, needed)
	}
}

// freePlan says which types an account on AWS's free plan could not launch.
func (d *doctor) freePlan(kinds []string) {
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

func (d *doctor) compareQuotas(says string, needed int) {
	have, err := d.quota(onDemand)
	also, errSpot := d.quota(spot)
	if err := cmp.Or(err, errSpot); err != nil {
		d.say(Look, "vCPUs", "%s; how many the account may run is not told (%v): look under Service Quotas, Amazon EC2, at %s (on demand) and %s (spot)", says, err, onDemand.code, spot.code)
		return
	}
	says += fmt.Sprintf("; the account may run %d on demand (%s) and %d spot (%s), with what runs already", have, onDemand.code, also, spot.code)
	short := have
	switch {
	case have >= needed && also >= needed:
		d.say(OK, "vCPUs", "%s", says)
		return
	case have >= needed:
		d.say(OK, "vCPUs", "%s: not enough for all of them spot", says)
		return
	case also >= needed:
		says += `: buy them spot (market = "spot"),`
	default:
		short = max(have, also)
		says += ":"
	}
	d.say(Fail, "vCPUs", "%s ask for a higher quota, or launch fewer (--max-vcpus %d)", says, short)
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
