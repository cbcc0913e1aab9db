package deploy

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	sdkec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"cnv/live/local"
	"cnv/live/local/ec2"
)

const (
	vpc     = "vpc-0c0ffee0000000001"
	subnetA = "subnet-0c0ffee000000001a"
	subnetB = "subnet-0c0ffee000000001b"
)

// TestNetworks: without a default VPC a deployment is made where it is told to, public or
// behind a NAT gateway; later commands find it without being told; where nothing reaches AWS
// nothing is made.
func TestNetworks(t *testing.T) {
	for _, x := range []struct {
		about   string
		network ec2.Network
		asked   Network
		says    string // "": it is made
		subnets int
		public  bool // the gateway and the builders have a public address
	}{
		{"the default VPC", ec2.Default, Network{}, "", 3, true},
		{"no default VPC", ec2.Own, Network{}, "no default VPC: name another one (--vpc, or --subnet", 0, false},
		{"a VPC by name", ec2.Own, Network{VPC: vpc}, "", 3, true},
		{"subnets", ec2.Own, Network{Subnets: []string{subnetB, subnetA}}, "", 2, true},
		{"private subnets", ec2.Private, Network{VPC: vpc, Subnets: []string{subnetA}}, "", 1, false},
		{"no way out", ec2.Closed, Network{VPC: vpc}, "no subnet of VPC " + vpc, 0, false},
		{"an unknown subnet", ec2.Own, Network{Subnets: []string{"subnet-1"}}, "InvalidSubnetID.NotFound", 0, false},
		{"a VPC without such subnets", ec2.Own, Network{VPC: "vpc-1", Subnets: []string{subnetA}}, "subnet " + subnetA + " is in VPC " + vpc, 0, false},
	} {
		t.Run(x.about, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, config := t.Context(), fast()
				config.Network = x.network
				_, cfg := cloud(t, config)
				r := record(&cfg)
				c, s := Connect(cfg), idleSpec(t, "test")
				c.Network = x.asked
				err := c.tryAndMake(t, s)
				if x.says != "" {
					if err == nil || !strings.Contains(err.Error(), x.says) {
						t.Errorf("%v, want %q", err, x.says)
					}
					if n := len(sent[sdkec2.CreateSecurityGroupInput](r)); n > 0 {
						t.Errorf("%d security groups were made", n)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				for _, in := range sent[sdkec2.RunInstancesInput](r) {
					if got := sdk.ToBool(in.NetworkInterfaces[0].AssociatePublicIpAddress); got != x.public && !roleOf(in, "worker") {
						t.Errorf("a public address: %v, want %v", got, x.public)
					}
				}
				f, err := Connect(cfg).Find(ctx, "test", "arm64") // which is told nothing
				if err != nil || f.VPC != vpc || len(f.Subnets) != x.subnets || len(Todo(Plan(s, f))) > 0 {
					t.Errorf("found in %s with %v, %v", f.VPC, f.Subnets, err)
				}
				other := Connect(cfg)
				other.Network = Network{Subnets: []string{"subnet-0c0ffee000000001c"}}
				if _, err := other.Find(ctx, "test", "arm64"); err == nil || !strings.Contains(err.Error(), "destroy it first") {
					t.Errorf("to be elsewhere: %v", err)
				}
				if left, err := c.Destroy(ctx, f, PlanDestroy(f), func(Step) {}); err != nil || len(left) > 0 {
					t.Errorf("left: %v, %v", left, err)
				}
			})
		})
	}
}

// tryAndMake does what deploy does.
func (c *Clients) tryAndMake(t *testing.T, s *Spec) error {
	f, err := c.Find(t.Context(), s.Name, s.Arch)
	if err == nil {
		err = f.Network()
	}
	if err == nil {
		err = c.TryLaunches(t.Context(), s, f, Plan(s, f))
	}
	if err == nil {
		err = c.Apply(t.Context(), s, f, Plan(s, f), func(Step) {})
	}
	return err
}

func roleOf(in *sdkec2.RunInstancesInput, role string) bool {
	for _, x := range in.TagSpecifications {
		if x.ResourceType == types.ResourceTypeInstance && tag(x.Tags, "cnv:role") == role {
			return true
		}
	}
	return false
}

// TestNetworkNames: what is no ID is refused before anything is asked.
func TestNetworkNames(t *testing.T) {
	for _, x := range []struct {
		n    Network
		says string
	}{
		{Network{}, ""}, {Network{VPC: vpc, Subnets: []string{subnetA}}, ""},
		{Network{VPC: "main"}, `--vpc "main"`}, {Network{VPC: subnetA}, "--vpc"},
		{Network{Subnets: []string{vpc}}, "--subnet"}, {Network{Subnets: make([]string, 11)}, "at most 10"},
	} {
		if err := x.n.Check(); (err == nil) != (x.says == "") || err != nil && !strings.Contains(err.Error(), x.says) {
			t.Errorf("%v: %v, want %q", x.n, err, x.says)
		}
	}
}

// TestRoutes: a default route says how a subnet reaches the internet.
func TestRoutes(t *testing.T) {
	route := func(to, gateway, nat string, state types.RouteState) types.Route {
		r := types.Route{DestinationCidrBlock: &to, State: state}
		if gateway != "" {
			r.GatewayId = &gateway
		}
		if nat != "" {
			r.NatGatewayId = &nat
		}
		return r
	}
	inside := route("10.0.0.0/16", "local", "", types.RouteStateActive)
	for _, x := range []struct {
		routes []types.Route
		want   Exit
	}{
		{nil, Closed}, {[]types.Route{inside}, Closed},
		{[]types.Route{inside, route("0.0.0.0/0", "igw-1", "", types.RouteStateActive)}, Public},
		{[]types.Route{inside, route("0.0.0.0/0", "", "nat-1", types.RouteStateActive)}, NAT},
		{[]types.Route{inside, route("0.0.0.0/0", "", "nat-1", types.RouteStateBlackhole)}, Closed},
	} {
		if got := exit(x.routes); got != x.want {
			t.Errorf("%v: %v, want %v", x.routes, got, x.want)
		}
	}
}

// TestDoctorOfNetworks: doctor says where there is no way out, where a type is not offered, and
// what a new account's functions may not have.
func TestDoctorOfNetworks(t *testing.T) {
	for _, x := range []struct {
		network ec2.Network
		need    Need
		mark    Mark
		what    string
		says    string
	}{
		{ec2.Default, Need{}, OK, "routes", "public"},
		{ec2.Own, Need{}, Fail, "resources", "--vpc"},
		{ec2.Private, Need{Network: Network{VPC: vpc}}, OK, "routes", "private, by NAT"},
		{ec2.Closed, Need{Network: Network{VPC: vpc}}, Fail, "routes", "0.0.0.0/0"},
		{ec2.Default, Need{Gateway: "t4g.micro"}, OK, "zones", "t4g.micro: in us-east-1a, us-east-1b; not in us-east-1c"},
		{ec2.Own, Need{Gateway: "t4g.micro", Network: Network{Subnets: []string{"subnet-0c0ffee000000001c"}}}, Fail, "zones", "none of the subnets' zones (us-east-1c) has t4g.micro"},
		{ec2.Default, Need{MemoryMB: 4096}, Look, "functions", "at most 3008"},
	} {
		synctest.Test(t, func(t *testing.T) {
			_, cfg := cloud(t, local.Config{Host: inMemory(), Network: x.network, Boot: func(uint64, string) time.Duration { return 0 }})
			found := Doctor(t.Context(), cfg, testSpec(nil), x.need)
			for _, f := range found {
				if f.Mark == x.mark && f.What == x.what && strings.Contains(f.Says, x.says) {
					return
				}
			}
			t.Errorf("network %d, %+v: no line %v %s says %q in\n%v", x.network, x.need, x.mark, x.what, x.says, found)
		})
	}
}
