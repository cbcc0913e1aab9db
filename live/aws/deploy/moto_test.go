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

func testSpec(packed []byte) *Spec {
	return &Spec{
		Name: "test", Region: "us-east-1", Package: packed, Arch: "arm64", Builder: "c7g.medium",
		MemoryMB: 1769, Timeout: time.Minute, LogDays: 7, Life: 4 * time.Hour,
	}
}

// powerOff stops builders, as their script does when all went well.
func powerOff(ctx context.Context, c *Clients) {
	for ctx.Err() == nil {
		out, err := c.EC2.DescribeInstances(ctx, &ec2.DescribeInstancesInput{Filters: []types.Filter{
			filter("tag:"+aws.TagRole, "builder"), filter("instance-state-name", "running"),
		}})
		if err == nil {
			for _, r := range out.Reservations {
				c.EC2.StopInstances(ctx, &ec2.StopInstancesInput{InstanceIds: []string{*r.Instances[0].InstanceId}})
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func TestDeploymentOnMoto(t *testing.T) {
	cfg := awstest.Moto(t)
	ctx := testtime.Context(t)
	c := Connect(cfg)
	before := takeStock(ctx, t, c)
	go powerOff(ctx, c)
	lifecycle(ctx, t, cfg, []byte("PK first"), []byte("PK second"))
	if more := takeStock(ctx, t, c).since(before); len(more) != 0 {
		t.Errorf("destroy has left %v", more)
	}
}

// lifecycle deploys, deploys again, another version, launches, and destroys.
func lifecycle(ctx context.Context, t *testing.T, cfg sdk.Config, one, two []byte) {
	c := Connect(cfg)

	deploy := func(s *Spec) ([]Step, *Found) {
		t.Helper()
		f, err := c.Find(ctx, s.Name, s.Arch)
		if err != nil {
			t.Fatal(err)
		}
		plan := Plan(s, f)
		if err := c.Apply(ctx, s, f, plan, func(Step) {}); err != nil {
			t.Fatal(err)
		}
		f, err = c.Find(ctx, s.Name, s.Arch)
		if err != nil {
			t.Fatal(err)
		}
		return Todo(plan), f
	}
	first := testSpec(one)
	if done, _ := deploy(first); len(done) != 10 {
		t.Errorf("a first deployment has %d steps, want 10: %v", len(done), done)
	}
	done, f := deploy(first)
	if len(done) != 0 {
		t.Errorf("a second time there is still to do: %v", done)
	}
	if _, err := first.Template(f, nil); err != nil {
		t.Error(err)
	}
	second := testSpec(two)
	second.MemoryMB = 3008
	if _, err := second.Template(f, nil); err == nil {
		t.Error("a version that is not deployed has a template")
	}
	done, f = deploy(second)
	if len(done) != 2 || done[0].Do != "update" || done[1].Do != "bake" || len(f.Images) != 2 {
		t.Errorf("a new version beside the old: %v, images %v", done, f.Images)
	}
	was, is := first.FunctionVersion(f), second.FunctionVersion(f)
	if was == "" || is == "" || was == is || len(f.Function.Published) != 2 {
		t.Errorf("of the function there are %+v: want the first's and the second's", f.Function.Published)
	}
	if old, err := first.Template(f, nil); err != nil || old.Image == "" || len(Lacks(first, f)) != 0 {
		t.Errorf("the first version cannot be launched any more: %v, lacks %v", err, Lacks(first, f))
	}
	if todo := Todo(Plan(first, f)); len(todo) != 0 {
		t.Errorf("going back to the first version takes %v", todo)
	}

	template, err := second.Template(f, []aws.Pool{{Name: "vm", Type: "c7g.large"}})
	if err != nil {
		t.Fatal(err)
	}
	fleet := aws.NewInstances(cfg, template)
	got, err := fleet.Launch(ctx, 0, 1, "token")
	if err != nil || len(got) != 1 || !strings.HasSuffix(got[0].Address, ":8000") || got[0].Pool != 0 {
		t.Fatalf("launched %v, %v", got, err)
	}
	if list, err := fleet.List(ctx); err != nil || len(list) != 1 || list[0].ID != got[0].ID {
		t.Errorf("listed %v, %v; want only the worker", list, err)
	}
	if err := fleet.Terminate(ctx, "i-0123456789abcdef0", got[0].ID); err != nil {
		t.Errorf("terminate, one of them unknown: %v", err)
	}

	if _, err := fleet.Launch(ctx, 0, 1, "left behind"); err != nil {
		t.Fatal(err)
	}
	f, err = c.Find(ctx, "test", "arm64")
	if err != nil {
		t.Fatal(err)
	}
	left, err := c.Destroy(ctx, f, PlanDestroy(f), func(Step) {})
	if err != nil || len(left) != 0 {
		t.Errorf("after destroy: %v, left %v", err, left)
	}
	if f, err = c.Find(ctx, "test", "arm64"); err != nil || len(PlanDestroy(f)) != 0 {
		t.Errorf("a second destroy would find %v, %v", PlanDestroy(f), err)
	}
}

// TestGatewayOnMoto: a gateway is deployed after all else, found again, replaced
// by another version, and destroyed with its role and profile.
func TestGatewayOnMoto(t *testing.T) {
	cfg := awstest.Moto(t)
	ctx := testtime.Context(t)
	c := Connect(cfg)
	before := takeStock(ctx, t, c)
	go powerOff(ctx, c)
	s := testSpec([]byte("PK worker"))
	s.Gateway = &Gateway{Package: []byte("PK gateway"), Type: "c7g.medium", Allow: "203.0.113.0/24", Types: []string{"c7g.large"}, Life: time.Hour}
	apply := func() []Step {
		t.Helper()
		f, err := c.Find(ctx, s.Name, s.Arch)
		if err != nil {
			t.Fatal(err)
		}
		plan := Plan(s, f)
		if err := c.Apply(ctx, s, f, plan, func(Step) {}); err != nil {
			t.Fatal(err)
		}
		return Todo(plan)
	}
	if done := apply(); len(done) != 17 {
		t.Errorf("%d steps, want 17: %v", len(done), done)
	}
	if done := apply(); len(done) != 0 {
		t.Errorf("a second time: %v", done)
	}
	more := takeStock(ctx, t, c).since(before)
	for _, kind := range []string{"instance", "image", "volume", "snapshot", "security group", "interface", "function", "table", "log group", "role", "policy", "profile", "schedules"} {
		if len(more[kind]) == 0 {
			t.Errorf("no %s is listed: %v", kind, more)
		}
	}
	s.Gateway.Flags = []string{"--max-usd", "1"}
	done := apply()
	if len(done) != 3 || done[0].Do != "bake" || done[1].Do != "launch" || done[2].Do != "terminate" {
		t.Errorf("with other flags: %v", done)
	}
	lets := func(allow, admin string, wantAllowed, wantAdmin []string) *Found {
		t.Helper()
		s.Gateway.Allow, s.Gateway.Admin = allow, admin
		apply()
		f, err := c.Find(ctx, s.Name, s.Arch)
		if err != nil || !slices.Equal(f.Allowed, wantAllowed) || !slices.Equal(f.AllowedAdmin, wantAdmin) {
			t.Errorf("%v; let in are %v and %v, want %v and %v", err, f.Allowed, f.AllowedAdmin, wantAllowed, wantAdmin)
		}
		return f
	}
	lets("198.51.100.0/24", "192.0.2.0/24", []string{"198.51.100.0/24"}, []string{"192.0.2.0/24"})
	f := lets("", "198.51.100.0/24", nil, []string{"198.51.100.0/24"})
	left, err := c.Destroy(ctx, f, PlanDestroy(f), func(Step) {})
	if err != nil || len(left) != 0 {
		t.Errorf("after destroy: %v, left %v", err, left)
	}
	if more := takeStock(ctx, t, c).since(before); len(more) != 0 {
		t.Errorf("destroy has left %v", more)
	}
}
