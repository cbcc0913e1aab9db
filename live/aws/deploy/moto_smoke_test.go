package deploy

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"cnv/internal/testtime"
	"cnv/live/aws"
	"cnv/live/aws/awstest"
)

// motoLacks are the findings of doctor that moto cannot give, by what they are about, and why.
var motoLacks = map[string]string{
	"routes":    "the default VPC has no internet gateway: TestSubnetsOnMoto adds one",
	"vCPUs":     "Service Quotas has no quotas of EC2",
	"functions": "Lambda has no GetAccountSettings",
	"policies":  "IAM has no SimulatePrincipalPolicy: live/local judges policies",
}

// TestDoctorOnMoto: what doctor asks, moto answers as live/local does, but for what it does
// not know.
func TestDoctorOnMoto(t *testing.T) {
	cfg := awstest.Moto(t)
	found := Doctor(testtime.Context(t), cfg, testSpec([]byte("PK")), Need{Pools: []PoolNeed{{Type: "t4g.small", N: 1}}, Concurrency: 10, MemoryMB: 1769})
	seen := map[string]bool{}
	for _, f := range found {
		seen[f.What] = true
		why, lacks := motoLacks[f.What]
		if lacks {
			t.Logf("known difference: %s: %s (%v: %s)", f.What, why, f.Mark, f.Says)
		}
		if f.Mark == Fail && !lacks || f.Mark == OK && lacks {
			t.Errorf("%s: %v: %s", f.What, f.Mark, f.Says)
		}
	}
	for _, what := range []string{"credentials", "clock", "network", "routes", "addresses", "public", "zones", "vCPUs", "free plan", "functions", "launch", "deploy", "policies"} {
		if !seen[what] {
			t.Errorf("doctor says nothing of %s", what)
		}
	}
}

// TestSubnetsOnMoto: a chosen subnet is found, and found again by the tag of the security
// groups; its default route is seen; status looks in all regions.
func TestSubnetsOnMoto(t *testing.T) {
	cfg := awstest.Moto(t)
	ctx := testtime.Context(t)
	c := Connect(cfg)
	s := testSpec([]byte("PK"))
	all, err := c.Find(ctx, s.Name, s.Arch)
	if err != nil || len(all.Subnets) < 2 {
		t.Fatalf("%v, subnets %v", err, all.Subnets)
	}
	chosen := all.Subnets[1]
	c.Network = Network{VPC: all.VPC, Subnets: []string{chosen.ID}}
	f, err := c.Find(ctx, s.Name, s.Arch)
	if err != nil {
		t.Fatal(err)
	}
	groups := slices.DeleteFunc(Plan(s, f), func(p Step) bool { return p.What != "security group" })
	if err := c.Apply(ctx, s, f, groups, func(Step) {}); err != nil {
		t.Fatal(err)
	}
	c.Network = Network{}
	f, err = c.Find(ctx, s.Name, s.Arch)
	if err != nil || !slices.Equal(f.Subnets, []aws.Subnet{chosen}) || !f.Reachable {
		t.Errorf("%v; found again: %v, want %v", err, f.Subnets, chosen)
	}
	look := func(want Exit) {
		t.Helper()
		if err := c.exits(ctx, f); err != nil || f.Exits[chosen.ID] != want {
			t.Errorf("%v; the subnet is %v, want %v", err, f.Exits[chosen.ID], want)
		}
	}
	look(Closed)
	openRoute(ctx, t, c, f.VPC)
	look(Public)
	everywhere, err := Everywhere(ctx, cfg, s.Name)
	if err != nil || len(everywhere) < 10 {
		t.Fatalf("%v, %d regions", err, len(everywhere))
	}
	if there := Regions(everywhere); len(there) != 1 || there[0].Region != cfg.Region {
		t.Errorf("it is in %v", there)
	}
}

// openRoute gives a VPC a default route to an internet gateway.
func openRoute(ctx context.Context, t *testing.T, c *Clients, vpc string) {
	t.Helper()
	made, err := c.EC2.CreateInternetGateway(ctx, &ec2.CreateInternetGatewayInput{})
	if err != nil {
		t.Fatal(err)
	}
	id := made.InternetGateway.InternetGatewayId
	if _, err := c.EC2.AttachInternetGateway(ctx, &ec2.AttachInternetGatewayInput{InternetGatewayId: id, VpcId: &vpc}); err != nil {
		t.Fatal(err)
	}
	tables, err := c.EC2.DescribeRouteTables(ctx, &ec2.DescribeRouteTablesInput{Filters: []types.Filter{filter("vpc-id", vpc)}})
	if err != nil || len(tables.RouteTables) == 0 {
		t.Fatalf("no route table: %v", err)
	}
	if _, err := c.EC2.CreateRoute(ctx, &ec2.CreateRouteInput{RouteTableId: tables.RouteTables[0].RouteTableId, DestinationCidrBlock: sdk.String("0.0.0.0/0"), GatewayId: id}); err != nil {
		t.Fatal(err)
	}
}

// endSmoke ends the instances that end themselves elsewhere.
func endSmoke(ctx context.Context, c *Clients) {
	for ctx.Err() == nil {
		out, err := c.EC2.DescribeInstances(ctx, &ec2.DescribeInstancesInput{Filters: []types.Filter{
			filter("tag:"+aws.TagRole, "smoke"), filter("instance-state-name", "running"),
		}})
		if err == nil {
			for _, r := range out.Reservations {
				c.EC2.TerminateInstances(ctx, &ec2.TerminateInstancesInput{InstanceIds: []string{*r.Instances[0].InstanceId}})
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// TestSmokeOnMoto: moto takes all calls of a smoke test, and has nothing left after it. It
// runs no function: what it answers is the request, which is no answer of ours.
func TestSmokeOnMoto(t *testing.T) {
	cfg := awstest.Moto(t)
	ctx := testtime.Context(t)
	c := Connect(cfg)
	before := takeStock(ctx, t, c)
	s := testSpec([]byte("PK worker"))
	s.Builder = "t4g.small"
	f, err := c.Find(ctx, s.Name, s.Arch)
	if err != nil {
		t.Fatal(err)
	}
	record, err := c.Smoke(ctx, cfg, s, f, func(step Step) {
		if step.Do == "wait" { // moto attaches the volume of an instance that it has ended, if it is ended while it is launched
			go endSmoke(ctx, c)
		}
	})
	if err == nil || !strings.Contains(err.Error(), "call function cnv-test: the function answered with status 0") || len(record.Left) > 0 {
		t.Errorf("%v, left %v", err, record.Left)
	}
	if n := len(record.Took); n < 8 || record.Took[n-1].What != "remove all" {
		t.Errorf("it took %v", record.Took)
	}
	if more := takeStock(ctx, t, c).since(before); len(more) != 0 {
		t.Errorf("it has left %v", more)
	}
}
