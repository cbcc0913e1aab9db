package deploy

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"cnv/internal/testtime"
	"cnv/live/aws"
	"cnv/live/aws/awstest"
	"cnv/live/local"
)

// TestDestroyEndsMidway: when a snapshot cannot be deleted, whose image is gone
// already, the next destroy finds it; when it is still in use, it is tried again.
func TestDestroyEndsMidway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, cfg := cloud(t, local.Config{Host: inMemory(), Faults: []local.Fault{
			{Action: "DeleteSnapshot", Code: "UnauthorizedOperation", Next: 1}, {Action: "DeleteSnapshot", Code: "InvalidSnapshot.InUse", Next: 2},
		}})
		_, f := deployed(ctx, t, cfg, light(t, ""))
		c := Connect(cfg)
		if _, err := c.EC2.DeregisterImage(ctx, &ec2.DeregisterImageInput{ImageId: &f.Images[0].ID}); err != nil { // and not its snapshot
			t.Fatal(err)
		}
		if _, err := c.Destroy(ctx, f, PlanDestroy(f), func(Step) {}); err == nil || !strings.Contains(err.Error(), "delete snapshot") {
			t.Fatalf("a snapshot that cannot be deleted: %v", err)
		}
		f, err := c.Find(ctx, f.Name, "arm64")
		if err != nil || len(f.Images) != 0 || len(f.Left) != 1 || f.Left[0].What != "snapshot" {
			t.Fatalf("after the image there are %+v and %v, %v; want its snapshot", f.Images, f.Left, err)
		}
		if left, err := c.Destroy(ctx, f, PlanDestroy(f), func(Step) {}); err != nil || len(left) != 0 {
			t.Errorf("again: left %v, %v", left, err)
		}
	})
}

// TestLeftoversOnMoto: volumes, network interfaces, snapshots and log groups of
// a deployment are found and removed, also when nothing uses them any more.
func TestLeftoversOnMoto(t *testing.T) {
	ctx := testtime.Context(t)
	cfg := awstest.Moto(t)
	c, s := Connect(cfg), testSpec([]byte("PK one"))
	f, err := c.Find(ctx, s.Name, s.Arch)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.createGroup(ctx, s, f, gateway(s.Name)); err != nil {
		t.Fatal(err)
	}
	volume, err := c.EC2.CreateVolume(ctx, &ec2.CreateVolumeInput{
		AvailabilityZone: &f.Subnets[0].Zone, Size: sdk.Int32(8), TagSpecifications: tagged(types.ResourceTypeVolume, s.tags()),
	})
	if err == nil {
		_, err = c.EC2.CreateSnapshot(ctx, &ec2.CreateSnapshotInput{VolumeId: volume.VolumeId, TagSpecifications: tagged(types.ResourceTypeSnapshot, s.tags())})
	}
	if err == nil {
		_, err = c.EC2.CreateNetworkInterface(ctx, &ec2.CreateNetworkInterfaceInput{SubnetId: &f.Subnets[0].ID, Groups: []string{f.Gateway}})
	}
	if err == nil {
		_, err = c.Logs.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: sdk.String(logGroup(s.Name) + "-gateway")})
	}
	if err != nil {
		t.Fatal(err)
	}
	f, err = c.Find(ctx, s.Name, s.Arch)
	if err != nil {
		t.Fatal(err)
	}
	plan := PlanDestroy(f)
	found := map[string]bool{}
	for _, step := range plan {
		found[step.What] = true
	}
	for _, what := range []string{"volume", "snapshot", "interface", "log group", "security group"} {
		if !found[what] {
			t.Errorf("no %s is found: %v", what, plan)
		}
	}
	if left, err := c.Destroy(ctx, f, plan, func(Step) {}); err != nil || len(left) != 0 {
		t.Errorf("after destroy: %v, left %v", err, left)
	}
}

// TestNamesOfParts: a deployment is not called as a part of another one is, as
// destroying one would delete the other's.
func TestNamesOfParts(t *testing.T) {
	_, cfg := cloud(t, local.Config{})
	for _, name := range []string{"x-gateway", "x-function", "x-workers"} {
		s := testSpec([]byte("PK one"))
		s.Name = name
		if err := s.Validate(); err == nil || !strings.Contains(err.Error(), `part of deployment "x"`) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := Connect(cfg).Find(t.Context(), name, "arm64"); err == nil {
			t.Errorf("%s is looked for, and could be destroyed", name)
		}
	}
	if Function("x-gateway") != gateway("x") {
		t.Error("the names do not clash any more: need they be refused?")
	}
}

// TestOtherMemoryBesideTheOld: deployed with other memory for its functions, the
// version before stays as it was: a gateway of it can start again.
func TestOtherMemoryBesideTheOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, cfg := cloud(t, local.Config{Host: inMemory(), Concurrency: 500})
		first, f := deployed(ctx, t, cfg, light(t, ""))
		second, c := *first, Connect(cfg)
		second.MemoryMB, second.Reserved = 512, 100
		apply := func(s *Spec, want string) {
			t.Helper()
			plan := Plan(s, f)
			if todo := Todo(plan); len(todo) != 1 || !strings.Contains(todo[0].Why, want) {
				t.Fatalf("to do: %v; want an update of the function (%s)", todo, want)
			}
			err := c.Apply(ctx, s, f, plan, func(Step) {})
			if err == nil {
				f, err = c.Find(ctx, s.Name, s.Arch)
			}
			if err != nil || len(Todo(Plan(s, f))) != 0 {
				t.Fatalf("%v; still to do: %v", err, Todo(Plan(s, f)))
			}
		}
		apply(&second, "512 MB")
		if lacks := Lacks(first, f); len(lacks) != 0 || first.FunctionVersion(f) == second.FunctionVersion(f) {
			t.Errorf("the version before lacks %v; it is version %q, the new one %q", lacks, first.FunctionVersion(f), second.FunctionVersion(f))
		}
		if f.Function.Reserved != 100 {
			t.Errorf("%d environments are reserved, want 100", f.Function.Reserved)
		}
		apply(first, "no limit of its own, not at most 100 at once")
		second.Reserved = 401 // and so fewer than 100 for others
		if todo := Todo(Plan(&second, f)); len(todo) != 0 {
			t.Errorf("more than can be reserved is reserved: %v", todo)
		}
		third := second
		third.MemoryMB = 1024
		if todo := Todo(Plan(&third, f)); len(todo) != 1 || !strings.Contains(todo[0].Why, "only the gateway keeps to 401") {
			t.Errorf("that it is not reserved is not said: %v", todo)
		}
		var none aws.Pool
		if _, err := third.Template(f, []aws.Pool{none}); err == nil {
			t.Error("a function with memory that nobody deployed has a template")
		}
	})
}

// TestSnapshotsGoWithTheirImage: one call deletes both.
func TestSnapshotsGoWithTheirImage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, cfg := cloud(t, fast())
		c, s := Connect(cfg), idleSpec(t, "test")
		if err := c.makes(ctx, s); err != nil {
			t.Fatal(err)
		}
		f, err := c.Find(ctx, s.Name, s.Arch)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range f.Images {
			if err := c.deleteImage(ctx, f, i.ID); err != nil {
				t.Error(err)
			}
		}
		if f, err = c.Find(ctx, s.Name, s.Arch); err != nil || len(f.Images) != 0 || len(f.Left) != 0 {
			t.Errorf("%v; there are images %v, and left %v", err, f.Images, f.Left)
		}
	})
}

// TestFindTellsWhatItCannotSee: a table whose settings may not be seen is not
// one that lacks them.
func TestFindTellsWhatItCannotSee(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		cloud, cfg := cloud(t, fast())
		c, s := Connect(cfg), idleSpec(t, "test")
		if err := c.makes(ctx, s); err != nil {
			t.Fatal(err)
		}
		for _, action := range []string{"DescribeTimeToLive", "GetRolePolicy", "GetFunctionConcurrency"} {
			if err := cloud.Break([]local.Fault{{Action: action, Code: "AccessDenied", Next: 1}}, time.Now(), nil); err != nil {
				t.Fatal(err)
			}
			if f, err := c.Find(ctx, s.Name, s.Arch); err == nil {
				t.Errorf("without %s there is still to do: %v", action, Todo(Plan(s, f)))
			}
		}
	})
}

// TestWithoutNetwork: in a region without a default VPC nothing can be deployed,
// which is said; what there is can be seen and destroyed.
func TestWithoutNetwork(t *testing.T) {
	ctx := testtime.Context(t)
	cfg := awstest.Moto(t)
	c, s := Connect(cfg), testSpec([]byte("PK one"))
	f, err := c.Find(ctx, s.Name, s.Arch)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range f.Subnets {
		if _, err := c.EC2.DeleteSubnet(ctx, &ec2.DeleteSubnetInput{SubnetId: &n.ID}); err != nil {
			t.Fatal(err)
		}
	}
	lacks := func(want string) {
		t.Helper()
		f, err = c.Find(ctx, s.Name, s.Arch)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Apply(ctx, s, f, Plan(s, f), func(Step) {}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("deploy says %v, want %q", err, want)
		}
	}
	lacks("create-default-subnet")
	if _, err := c.EC2.DeleteVpc(ctx, &ec2.DeleteVpcInput{VpcId: &f.VPC}); err != nil {
		t.Fatal(err)
	}
	lacks("create-default-vpc")
	name := logGroup(s.Name)
	if _, err := c.Logs.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &name}); err != nil {
		t.Fatal(err)
	}
	if f, err = c.Find(ctx, s.Name, s.Arch); err != nil || !f.LogGroup {
		t.Fatalf("%v; found %+v", err, f)
	}
	if left, err := c.Destroy(ctx, f, PlanDestroy(f), func(Step) {}); err != nil || len(left) != 0 {
		t.Errorf("%v, left %v", err, left)
	}
}
