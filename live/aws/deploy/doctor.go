package deploy

import (
	"context"
	"errors"
	"fmt"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
)

// A Finding is what Doctor has found about one thing.
type Finding struct {
	OK   bool
	What string // "credentials"
	Says string // what is so, or what to do
}

// Doctor looks at what could keep a deployment from working, changing nothing.
func Doctor(ctx context.Context, cfg sdk.Config, s *Spec, types []string, concurrency int) []Finding {
	d := &doctor{ctx: ctx, c: Connect(cfg), cfg: cfg, s: s}
	if !d.credentials() {
		return d.out // nothing else would work
	}
	d.clock()
	d.found = d.network()
	d.functions(concurrency)
	for _, t := range types {
		d.mayLaunch(t)
	}
	return d.out
}

type doctor struct {
	ctx   context.Context
	c     *Clients
	cfg   sdk.Config
	s     *Spec
	found *Found
	out   []Finding
}

func (d *doctor) say(ok bool, what, format string, args ...any) {
	d.out = append(d.out, Finding{ok, what, fmt.Sprintf(format, args...)})
}

func (d *doctor) credentials() bool {
	out, err := sts.NewFromConfig(d.cfg).GetCallerIdentity(d.ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		d.say(false, "credentials", "not accepted: %v", err)
		return false
	}
	d.say(true, "credentials", "account %s in %s", sdk.ToString(out.Account), d.cfg.Region)
	return true
}

// clock compares with AWS, who refuses signatures that are 5 minutes off.
func (d *doctor) clock() {
	began := time.Now()
	_, err := d.c.EC2.DescribeVpcs(d.ctx, &ec2.DescribeVpcsInput{})
	if err != nil {
		d.say(false, "clock", "not compared: %v", err)
		return
	}
	d.say(true, "clock", "signatures are accepted (answered after %v)", time.Since(began).Round(time.Millisecond))
}

func (d *doctor) network() *Found {
	f, err := d.c.Find(d.ctx, d.s.Name, d.s.Arch)
	if err != nil {
		d.say(false, "resources", "%v", err)
		return nil
	}
	d.say(true, "network", "default VPC %s with %d subnets", f.VPC, len(f.Subnets))
	if f.Base == "" {
		d.say(false, "image", "no image of Amazon Linux 2023 for %s in this region", d.s.Arch)
	}
	return f
}

func (d *doctor) functions(concurrency int) {
	out, err := d.c.Lambda.GetAccountSettings(d.ctx, &lambda.GetAccountSettingsInput{})
	if err != nil {
		d.say(false, "functions", "the account's limits: %v", err)
		return
	}
	have := int(out.AccountLimit.ConcurrentExecutions)
	if have < concurrency {
		d.say(false, "functions", "the account may have %d environments at once, the experiment asks for %d: ask for a higher quota, or set concurrency = %d under [functions]", have, concurrency, have)
		return
	}
	d.say(true, "functions", "the account may have %d environments at once", have)
}

// mayLaunch asks EC2 whether a launch would be allowed.
func (d *doctor) mayLaunch(kind string) {
	if d.found == nil || d.found.Base == "" {
		return
	}
	_, err := d.c.EC2.RunInstances(d.ctx, &ec2.RunInstancesInput{
		DryRun: sdk.Bool(true), ImageId: &d.found.Base, InstanceType: types.InstanceType(kind), MinCount: sdk.Int32(1), MaxCount: sdk.Int32(1),
		MetadataOptions:   &types.InstanceMetadataOptionsRequest{HttpTokens: types.HttpTokensStateRequired},
		TagSpecifications: tagged(types.ResourceTypeInstance, map[string]string{"cnv:deployment": d.s.Name}),
	})
	var api smithy.APIError
	switch {
	case errors.As(err, &api) && api.ErrorCode() == "DryRunOperation":
		d.say(true, "launch", "%s: allowed", kind)
	case errors.As(err, &api) && api.ErrorCode() == "UnauthorizedOperation":
		d.say(false, "launch", "%s: not allowed: attach the policy that cnv deploy --policy runner prints", kind)
	default:
		d.say(false, "launch", "%s: %v", kind, err)
	}
}
