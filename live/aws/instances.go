package aws

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"cnv/live"
	"cnv/policy"
)

// The tags of what belongs to a deployment. TagPort is the port of an
// instance's worker, if it is not DefaultPort.
const (
	TagDeployment = "cnv:deployment"
	TagVersion    = "cnv:version"
	TagRole       = "cnv:role" // worker, builder or gateway
	TagPool       = "cnv:pool"
	TagSubnets    = "cnv:subnets" // of security groups: IDs with spaces between
	TagPort       = "cnv:port"
)

// DefaultPort is where workers listen.
const DefaultPort = "8000"

// A Template is what the workers of a deployment are launched from.
type Template struct {
	Deployment    string // the name of the deployment
	Version       string // of its worker
	Image         string // AMI
	SecurityGroup string
	Subnets       []Subnet // by zone; at least one
	Pools         []Pool   // by policy.PoolID
	UserData      string   // base64; the same for all, or tokens would not match
}

// A Subnet is where an instance's network interface goes.
type Subnet struct {
	ID, Zone string
}

// A Pool is what its instances are.
type Pool struct {
	Name string
	Type string // such as c7g.large
	Spot bool
	Most float64 // that a spot instance may cost, dollars per hour; 0: as much as on demand
}

// Instances is the live.Provider of EC2.
type Instances struct {
	api      *ec2.Client
	template Template
	spread   *spread
}

var _ live.Provider = (*Instances)(nil)

// NewInstances returns the instances of a deployment.
func NewInstances(cfg aws.Config, t Template) *Instances {
	return &Instances{api: ec2.NewFromConfig(cfg), template: t, spread: newSpread(time.Now)}
}

// Launch asks for instances, so that the pool has as many in one zone as in another. What a
// zone lacks the others are asked for, and it is left out for a while.
func (x *Instances) Launch(ctx context.Context, p policy.PoolID, n int, token string) ([]live.Instance, error) {
	var out []live.Instance
	var why error
	pool, zones := x.template.Pools[p], len(x.template.Subnets)
	have, short := x.spread.before(p, token, zones), make([]bool, zones)
	defer func() { x.spread.launched(p, out, zones) }()
	for round := 0; len(out) < n; round++ {
		skip := slices.Clone(short) // and then those asked in this round
		for i := range zones {
			z := (first(token, zones) + i) % zones
			shares := x.spread.shares(offer{pool.Type, pool.Spot}, have, skip, first(token, zones), n-len(out))
			if shares == nil {
				break
			}
			if shares[z] == 0 {
				continue
			}
			skip[z] = true
			got, err := x.launchIn(ctx, pool, z, shares[z], fmt.Sprintf("%s-%d", token, round))
			out = append(out, got...)
			have[z] += len(got)
			short[z] = len(got) < shares[z]
			if err != nil {
				if why = err; !NoCapacity(err) {
					return out, why // the next zone would answer the same
				}
				x.spread.lacks(offer{pool.Type, pool.Spot}, z)
			}
		}
		if !slices.Contains(short, false) {
			break
		}
	}
	if len(out) == n {
		return out, nil
	}
	return out, cmp.Or(why, fmt.Errorf("EC2 granted %d of %d %s", len(out), n, pool.Type))
}

// launchIn asks one zone for up to n instances; an error says where and of what.
func (x *Instances) launchIn(ctx context.Context, pool Pool, zone, n int, token string) (got []live.Instance, err error) {
	subnet := x.template.Subnets[zone]
	all, err := x.run(ctx, pool, subnet, int32(n), token)
	for i := range all {
		got = append(got, x.instance(&all[i]))
	}
	if err == nil {
		return got, nil
	}
	err = fmt.Errorf("%s in %s: %w", pool.Type, subnet.Zone, err)
	if code(err) == "AuthFailure.ServiceLinkedRoleCreationNotPermitted" {
		err = fmt.Errorf("%w: the account has never had a spot instance: run once: aws iam create-service-linked-role --aws-service-name spot.amazonaws.com", err)
	}
	return got, err
}

// NoCapacity says whether an error is one that another zone may not give;
// limits of the account are the same everywhere.
func NoCapacity(err error) bool {
	switch code(err) {
	case "InsufficientInstanceCapacity", "InsufficientHostCapacity", "InsufficientCapacity",
		"InsufficientFreeAddressesInSubnet", "Unsupported", "SpotMaxPriceTooLow":
		return true
	}
	return false
}

// run asks one zone for up to n instances.
func (x *Instances) run(ctx context.Context, pool Pool, subnet Subnet, n int32, token string) ([]types.Instance, error) {
	t := &x.template
	in := &ec2.RunInstancesInput{
		ImageId: &t.Image, InstanceType: types.InstanceType(pool.Type),
		MinCount: aws.Int32(1), MaxCount: &n,
		ClientToken: aws.String(clientToken(t.Deployment, token, subnet.ID)),
		// Without a public address: only the gateway reaches it.
		NetworkInterfaces: []types.InstanceNetworkInterfaceSpecification{{
			DeviceIndex: aws.Int32(0), SubnetId: &subnet.ID, Groups: []string{t.SecurityGroup}, AssociatePublicIpAddress: aws.Bool(false), DeleteOnTermination: aws.Bool(true),
		}},
		// A worker that powers itself off is gone, not parked at a price.
		InstanceInitiatedShutdownBehavior: types.ShutdownBehaviorTerminate,
		MetadataOptions: &types.InstanceMetadataOptionsRequest{
			HttpTokens: types.HttpTokensStateRequired, HttpPutResponseHopLimit: aws.Int32(1),
		},
		CreditSpecification: Credits(pool.Type),
		TagSpecifications:   AtLaunch(t.tags(pool.Name)),
	}
	if t.UserData != "" {
		in.UserData = &t.UserData
	}
	if pool.Spot {
		in.InstanceMarketOptions = &types.InstanceMarketOptionsRequest{
			MarketType:  types.MarketTypeSpot,
			SpotOptions: &types.SpotMarketOptions{SpotInstanceType: types.SpotInstanceTypeOneTime},
		}
		if pool.Most > 0 { // or a budget would not hold when prices rise
			in.InstanceMarketOptions.SpotOptions.MaxPrice = aws.String(strconv.FormatFloat(pool.Most, 'f', -1, 64))
		}
	}
	out, err := x.api.RunInstances(ctx, in)
	if err != nil {
		return nil, err
	}
	return out.Instances, nil
}

// tags of a worker.
func (t *Template) tags(pool string) map[string]string {
	return map[string]string{
		TagDeployment: t.Deployment, TagVersion: t.Version, TagRole: "worker", TagPool: pool, "Name": t.Deployment + "-worker",
	}
}

// clientToken makes the token of a launch, at most 64 characters: the same
// launch in the same place is one launch, however often it is asked for.
func clientToken(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])
}

// List gives the workers of the deployment.
func (x *Instances) List(ctx context.Context) ([]live.Instance, error) {
	pages := ec2.NewDescribeInstancesPaginator(x.api, &ec2.DescribeInstancesInput{Filters: []types.Filter{
		{Name: aws.String("tag:" + TagDeployment), Values: []string{x.template.Deployment}},
		{Name: aws.String("tag:" + TagRole), Values: []string{"worker"}},
	}, MaxResults: aws.Int32(1000)})
	var out []live.Instance
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("DescribeInstances: %w", err)
		}
		for _, r := range page.Reservations {
			for i := range r.Instances {
				out = append(out, x.instance(&r.Instances[i]))
			}
		}
	}
	x.spread.listed(out, len(x.template.Subnets))
	return out, nil
}

// instance translates what EC2 says.
func (x *Instances) instance(i *types.Instance) live.Instance {
	tags := map[string]string{}
	for _, t := range i.Tags {
		tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	out := live.Instance{ID: aws.ToString(i.InstanceId), Pool: -1, Old: tags[TagVersion] != x.template.Version}
	port := DefaultPort
	if p := tags[TagPort]; p != "" {
		port = p
	}
	out.Address = aws.ToString(i.PrivateIpAddress) + ":" + port
	for p := range x.template.Pools {
		if x.template.Pools[p].Name == tags[TagPool] {
			out.Pool = policy.PoolID(p)
		}
	}
	for z := range x.template.Subnets {
		if x.template.Subnets[z].ID == aws.ToString(i.SubnetId) {
			out.Zone = uint8(min(z, 255))
		}
	}
	switch {
	case i.State == nil || i.State.Name == types.InstanceStateNamePending:
		out.State = live.Booting
	case i.State.Name == types.InstanceStateNameRunning:
		out.State = live.Running
	default:
		out.State = live.Ended
	}
	return out
}

// Terminate ends instances; those that EC2 does not know have ended already.
func (x *Instances) Terminate(ctx context.Context, ids ...string) error {
	if len(ids) == 0 {
		return nil
	}
	_, err := x.api.TerminateInstances(ctx, &ec2.TerminateInstancesInput{InstanceIds: ids})
	if code(err) != "InvalidInstanceID.NotFound" {
		return err
	}
	if len(ids) == 1 {
		return nil
	}
	var errs []error // one unknown ID fails the whole call
	for _, id := range ids {
		errs = append(errs, x.Terminate(ctx, id))
	}
	return errors.Join(errs...)
}

// Credits keeps a type that earns CPU credits to those it has: T4g and T3 are
// "unlimited" unless told, and then cost more than their price. Others have none.
func Credits(kind string) *types.CreditSpecificationRequest {
	if !strings.HasPrefix(kind, "t") || strings.HasPrefix(kind, "trn") {
		return nil
	}
	return &types.CreditSpecificationRequest{CpuCredits: aws.String("standard")}
}

// AtLaunch tags an instance and what it brings along, which could be left when
// it has gone.
func AtLaunch(tags map[string]string) (out []types.TagSpecification) {
	for _, what := range []types.ResourceType{types.ResourceTypeInstance, types.ResourceTypeVolume, types.ResourceTypeNetworkInterface} {
		out = append(out, types.TagSpecification{ResourceType: what, Tags: Tags(tags)})
	}
	return out
}
