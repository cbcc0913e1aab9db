package deploy

import (
	"log/slog"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"

	"cnv/internal/testtime"
	"cnv/live/aws"
	"cnv/live/aws/awstest"
)

// TestSchedulesOnMoto: moto takes the schedules of instances and of warm environments, which it
// never runs, has them moved, and forgets them.
func TestSchedulesOnMoto(t *testing.T) {
	cfg := awstest.Moto(t)
	ctx, c := testtime.Context(t), Connect(cfg)
	s, f := testSpec([]byte("PK")), &Found{Name: "test", Region: cfg.Region}
	if err := c.createSchedules(ctx, s, f, Schedules("test")); err != nil {
		t.Fatal(err)
	}
	if err := c.schedules(ctx, f); err != nil || !f.Schedules {
		t.Fatalf("the group: %v, %v", f.Schedules, err)
	}
	images, err := c.EC2.DescribeImages(ctx, &ec2.DescribeImagesInput{Owners: []string{"amazon"}})
	if err != nil {
		t.Fatal(err)
	}
	launch := func(role string) string {
		t.Helper()
		out, err := c.EC2.RunInstances(ctx, &ec2.RunInstancesInput{
			ImageId: images.Images[0].ImageId, MinCount: sdk.Int32(1), MaxCount: sdk.Int32(1), InstanceType: "t4g.small",
			TagSpecifications: aws.AtLaunch(map[string]string{aws.TagDeployment: "test", aws.TagRole: role}),
		})
		if err != nil {
			t.Fatal(err)
		}
		return *out.Instances[0].InstanceId
	}
	names := func() (out []string) {
		t.Helper()
		all, err := c.Schedules.ListSchedules(ctx, &scheduler.ListSchedulesInput{GroupName: sdk.String(Schedules("test"))})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range all.Schedules {
			out = append(out, *x.Name)
		}
		slices.Sort(out)
		return out
	}
	for _, role := range []string{"worker", "gateway"} {
		id := launch(role)
		d := aws.NewDeadline(cfg, "test", Schedules("test"), "arn:aws:iam::123456789012:role/cnv-test-us-east-1-deadline", slog.New(slog.DiscardHandler))
		for range 2 { // the second time they are there
			if err := d.Postpone(ctx); err != nil {
				t.Fatal(err)
			}
			if err := d.Warm(ctx, "cnv-test", "1"); err != nil {
				t.Fatal(err)
			}
		}
		if got := names(); !slices.Equal(got, []string{"cnv-test-warm-1", id}) {
			t.Errorf("schedules %v", got)
		}
		one, err := c.Schedules.GetSchedule(ctx, &scheduler.GetScheduleInput{GroupName: sdk.String(Schedules("test")), Name: &id})
		if err != nil || !strings.Contains(*one.Target.Input, id) || one.ActionAfterCompletion != "DELETE" || *one.Target.Arn != "arn:aws:scheduler:::aws-sdk:ec2:terminateInstances" {
			t.Errorf("%v; the instance's is %+v", err, one)
		}
		if d.Cold(ctx, "cnv-test", "1"); !slices.Equal(names(), []string{id}) {
			t.Errorf("schedules %v of a function that keeps nothing warm", names())
		}
		if err := c.terminate(ctx, id); err != nil {
			t.Fatal(err)
		}
		if err := d.Postpone(ctx); err != nil || len(names()) != 0 {
			t.Errorf("after the instance's end: %v, schedules %v", err, names())
		}
	}
}
