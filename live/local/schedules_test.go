package local_test

import (
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"cnv/live/aws"
	"cnv/live/local"
)

// TestSchedulesAreRefusedAsAWSDoes: what the SDK reads of a call that the service cannot take.
func TestSchedulesAreRefusedAsAWSDoes(t *testing.T) {
	t.Parallel()
	c, err := local.Start(local.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	cfg, err := aws.Local(c.URL()).Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s, ctx := scheduler.NewFromConfig(cfg), t.Context()
	for role, service := range map[string]string{"r": "scheduler", "other": "lambda"} {
		must(iam.NewFromConfig(cfg).CreateRole(ctx, &iam.CreateRoleInput{
			RoleName: sdk.String(role), AssumeRolePolicyDocument: sdk.String(`{"Statement":[{"Principal":{"Service":"` + service + `.amazonaws.com"}}]}`),
		}))(t)
	}
	must(s.CreateScheduleGroup(ctx, &scheduler.CreateScheduleGroupInput{Name: sdk.String("g"), Tags: []types.Tag{{Key: sdk.String("k"), Value: sdk.String("v")}}}))(t)
	put := func(change func(*scheduler.CreateScheduleInput)) string {
		in := &scheduler.CreateScheduleInput{
			GroupName: sdk.String("g"), Name: sdk.String("s"), ScheduleExpression: sdk.String("at(2999-01-02T03:04:05)"),
			FlexibleTimeWindow: &types.FlexibleTimeWindow{Mode: types.FlexibleTimeWindowModeOff}, ActionAfterCompletion: types.ActionAfterCompletionDelete,
			Target: &types.Target{Arn: sdk.String("arn:aws:scheduler:::aws-sdk:ec2:terminateInstances"), RoleArn: sdk.String("arn:aws:iam::123456789012:role/r"), Input: sdk.String(`{"InstanceIds":["i-1"]}`)},
		}
		change(in)
		_, err := s.CreateSchedule(ctx, in)
		return code(err)
	}
	for _, x := range []struct {
		about, want string
		change      func(*scheduler.CreateScheduleInput)
	}{
		{"another group", "ResourceNotFoundException", func(in *scheduler.CreateScheduleInput) { in.GroupName = sdk.String("other") }},
		{"a name that is none", "ValidationException", func(in *scheduler.CreateScheduleInput) { in.Name = sdk.String("a b") }},
		{"a rate", "ValidationException", func(in *scheduler.CreateScheduleInput) { in.ScheduleExpression = sdk.String("rate(1 hour)") }},
		{"a call that only looks", "ValidationException", func(in *scheduler.CreateScheduleInput) {
			in.Target.Arn = sdk.String("arn:aws:scheduler:::aws-sdk:ec2:describeInstances")
		}},
		{"another partition", "ValidationException", func(in *scheduler.CreateScheduleInput) {
			in.Target.Arn = sdk.String("arn:aws-cn:scheduler:::aws-sdk:ec2:terminateInstances")
		}},
		{"an input that is no JSON", "ValidationException", func(in *scheduler.CreateScheduleInput) { in.Target.Input = sdk.String("{") }},
		{"a role that does not trust it", "ValidationException", func(in *scheduler.CreateScheduleInput) {
			in.Target.RoleArn = sdk.String("arn:aws:iam::123456789012:role/other")
		}},
		{"a role that is not there", "ValidationException", func(in *scheduler.CreateScheduleInput) {
			in.Target.RoleArn = sdk.String("arn:aws:iam::123456789012:role/none")
		}},
		{"a schedule", "", func(*scheduler.CreateScheduleInput) {}},
		{"the same again", "ConflictException", func(*scheduler.CreateScheduleInput) {}},
	} {
		if got := put(x.change); got != x.want {
			t.Errorf("%s: %q, want %q", x.about, got, x.want)
		}
	}
	if got := must(s.GetSchedule(ctx, &scheduler.GetScheduleInput{GroupName: sdk.String("g"), Name: sdk.String("s")}))(t); *got.ScheduleExpression != "at(2999-01-02T03:04:05)" || *got.Target.Input != `{"InstanceIds":["i-1"]}` {
		t.Errorf("it is %+v", got)
	}
	group := must(s.GetScheduleGroup(ctx, &scheduler.GetScheduleGroupInput{Name: sdk.String("g")}))(t)
	if tags := must(s.ListTagsForResource(ctx, &scheduler.ListTagsForResourceInput{ResourceArn: group.Arn}))(t); len(tags.Tags) != 1 || *tags.Tags[0].Value != "v" {
		t.Errorf("tags %v", tags.Tags)
	}
	must(s.DeleteScheduleGroup(ctx, &scheduler.DeleteScheduleGroupInput{Name: sdk.String("g")}))(t)
	if _, err := s.GetSchedule(ctx, &scheduler.GetScheduleInput{GroupName: sdk.String("g"), Name: sdk.String("s")}); code(err) != "ResourceNotFoundException" {
		t.Errorf("a schedule of a group that was deleted: %v", err)
	}
}
