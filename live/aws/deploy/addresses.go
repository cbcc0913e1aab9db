package deploy

import (
	"context"
	"fmt"
	"net/netip"
	"slices"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"
)

// workerPort is aws.DefaultPort, as security groups name it.
const workerPort = 8000

// letIn is the rule that lets somebody in at a port.
func letIn(port int32, who types.IpPermission) []types.IpPermission {
	who.IpProtocol, who.FromPort, who.ToPort = sdk.String("tcp"), &port, &port
	return []types.IpPermission{who}
}

// at says whether a rule is of one port.
func at(p types.IpPermission, port int32) bool {
	return sdk.ToString(p.IpProtocol) == "tcp" && sdk.ToInt32(p.FromPort) == port && sdk.ToInt32(p.ToPort) == port
}

// ranges are the addresses that rules let in at a port.
func ranges(rules []types.IpPermission, port int32) (out []string) {
	for _, p := range rules {
		for _, r := range p.IpRanges {
			if at(p, port) {
				out = append(out, sdk.ToString(r.CidrIp))
			}
		}
	}
	slices.Sort(out)
	return out
}

// CheckAddresses refuses what is no range of IPv4 addresses, as EC2 keeps them.
func CheckAddresses(text string) error {
	if one, err := netip.ParseAddr(text); err == nil && one.Is4() {
		return fmt.Errorf("%s: did you mean %s/32?", text, text)
	}
	p, err := netip.ParsePrefix(text)
	switch {
	case err != nil:
		return fmt.Errorf("%q: want addresses such as 203.0.113.0/24, or 203.0.113.7/32 for one", text)
	case !p.Addr().Is4():
		return fmt.Errorf("%s: want IPv4 addresses, the gateway has no other", text)
	case p != p.Masked():
		return fmt.Errorf("%s: did you mean %s?", text, p.Masked())
	}
	return nil
}

// planAllowed lets in whom is asked for, and nobody else at that port any more.
func planAllowed(what string, allowed []string, wanted, why string) (p []Step) {
	switch {
	case wanted == "":
	case slices.Contains(allowed, wanted):
		p = append(p, Step{"keep", what, wanted, ""})
	default:
		p = append(p, Step{"allow", what, wanted, why})
	}
	for _, a := range allowed {
		if a != wanted {
			p = append(p, Step{"revoke", what, a, why + ", and is not asked for"})
		}
	}
	return p
}

// letGatewayIn lets the gateway call the workers.
func (c *Clients) letGatewayIn(ctx context.Context, f *Found) error {
	return c.authorize(ctx, f.Workers, letIn(workerPort, types.IpPermission{UserIdGroupPairs: []types.UserIdGroupPair{{GroupId: &f.Gateway}}}))
}

// allow lets addresses in at a port of the gateway.
func (c *Clients) allow(ctx context.Context, f *Found, addresses string, port int32) error {
	return c.authorize(ctx, f.Gateway, letIn(port, types.IpPermission{IpRanges: []types.IpRange{{CidrIp: &addresses}}}))
}

// revoke lets them in no more.
func (c *Clients) revoke(ctx context.Context, f *Found, addresses string, port int32) error {
	_, err := c.EC2.RevokeSecurityGroupIngress(ctx, &ec2.RevokeSecurityGroupIngressInput{
		GroupId: &f.Gateway, IpPermissions: letIn(port, types.IpPermission{IpRanges: []types.IpRange{{CidrIp: &addresses}}}),
	})
	if absent(err) {
		return nil
	}
	return err
}

// authorize adds rules to a security group. That they are there is no error.
func (c *Clients) authorize(ctx context.Context, group string, rules []types.IpPermission) error {
	_, err := c.EC2.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: &group, IpPermissions: rules})
	var api smithy.APIError
	if asAPI(err, &api) && api.ErrorCode() == "InvalidPermission.Duplicate" {
		return nil
	}
	return err
}
