package deploy

import (
	"context"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"cnv/live/aws"
)

// schedulerService takes on the role that schedules act with.
const schedulerService = "scheduler.amazonaws.com"

// trustedBy lets schedules of the account alone take on a role.
func trustedBy(account string) string {
	return strings.Replace(trusted(schedulerService), `"Action":"sts:AssumeRole"`, `"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:SourceAccount":"`+account+`"}}`, 1)
}

// deadlinePolicy is all that schedules may do: end instances of the deployment, and give up
// what its function keeps warm.
func deadlinePolicy(name string, at Place) string {
	return document(
		Statement{Action: []string{"ec2:TerminateInstances"}, Resource: []string{at.arn("ec2", "instance/*")}, Condition: operators{name: name}.own()},
		Statement{Action: []string{"lambda:DeleteProvisionedConcurrencyConfig"}, Resource: []string{at.arn("lambda", "function:"+Function(name)+":*")}},
	)
}

// deadlinePolicy is that of the role, wherever the account is.
func (s *Spec) deadlinePolicy(f *Found) string {
	return deadlinePolicy(s.Name, placeOf(f.DeadlineRole, f.Region))
}

// planDeadline says what the schedules lack that end what costs by the hour when no gateway has
// postponed them: see aws.Deadline, which makes them.
func planDeadline(s *Spec, f *Found) []Step {
	name := deadline(f.Name, f.Region)
	role := Step{"keep", "deadline role", name, ""}
	switch {
	case f.DeadlineRole == "":
		role = Step{"create", "deadline role", name, "of schedules: ends instances, and what functions keep warm"}
	case f.DeadlineBoundary != f.Boundary:
		role = Step{"update", "deadline role", name, unbound}
	case !samePolicy(f.DeadlinePolicy, s.deadlinePolicy(f)):
		role = Step{"update", "deadline role", name, "its policy is missing or another: ends instances, and what functions keep warm"}
	}
	group := Step{"keep", "schedules", Schedules(s.Name), ""}
	if !f.Schedules {
		group = Step{"create", "schedules", Schedules(s.Name), "a group, empty at first: end what no gateway has postponed for " + aws.Orphaned.String()}
	}
	return []Step{role, group}
}

// deadlines looks for the group of schedules and their role.
func (c *Clients) deadlines(ctx context.Context, f *Found) error {
	name := deadline(f.Name, f.Region)
	r, err := c.IAM.GetRole(ctx, &iam.GetRoleInput{RoleName: &name})
	if err == nil {
		f.DeadlineRole, f.DeadlineBoundary = sdk.ToString(r.Role.Arn), boundaryOf(r.Role)
		if err = owned(f.Name, "role", name, iamTag(r.Role.Tags)); err != nil {
			return err
		}
		f.DeadlinePolicy, err = c.rolePolicy(ctx, name, deadlinePolicyName)
	}
	if err != nil && !absent(err) {
		return err
	}
	return c.schedules(ctx, f)
}

// schedules looks for the group alone. One that is being deleted is gone.
func (c *Clients) schedules(ctx context.Context, f *Found) error {
	group := Schedules(f.Name)
	out, err := c.Schedules.GetScheduleGroup(ctx, &scheduler.GetScheduleGroupInput{Name: &group})
	if absent(err) || err == nil && out.State == types.ScheduleGroupStateDeleting {
		return nil
	}
	if err != nil {
		return err
	}
	tags, err := c.Schedules.ListTagsForResource(ctx, &scheduler.ListTagsForResourceInput{ResourceArn: out.Arn})
	if absent(err) {
		return nil
	}
	if err != nil {
		return err
	}
	tag := ""
	for _, t := range tags.Tags {
		if sdk.ToString(t.Key) == aws.TagDeployment {
			tag = sdk.ToString(t.Value)
		}
	}
	f.Schedules = true
	return owned(f.Name, "schedules", group, tag)
}

func (c *Clients) createDeadlineRole(ctx context.Context, s *Spec, f *Found, name string) error {
	out, err := c.IAM.CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: &name, AssumeRolePolicyDocument: sdk.String(trustedBy(placeOf(f.Boundary, f.Region).Account)),
		Description: sdk.String("cnv: the schedules of deployment " + s.Name), Tags: iamTags(s.tags()), PermissionsBoundary: &f.Boundary,
	})
	if err == nil {
		f.DeadlineRole, f.DeadlineBoundary = sdk.ToString(out.Role.Arn), f.Boundary
	}
	if err := unless(ctx, err, f, c.deadlines, func() bool { return f.DeadlineRole != "" }); err != nil {
		return err
	}
	return c.allowDeadline(ctx, s, f)
}

// allowDeadline gives the role its policy.
func (c *Clients) allowDeadline(ctx context.Context, s *Spec, f *Found) error {
	name := deadline(f.Name, f.Region)
	if err := c.bind(ctx, f, name, f.DeadlineBoundary); err != nil {
		return err
	}
	return c.putPolicy(ctx, name, deadlinePolicyName, s.deadlinePolicy(f))
}

// createSchedules makes the group. Until an earlier one of its name is deleted, it is there.
func (c *Clients) createSchedules(ctx context.Context, s *Spec, f *Found, name string) error {
	var tags []types.Tag
	for k, v := range s.tags() {
		tags = append(tags, types.Tag{Key: sdk.String(k), Value: sdk.String(v)})
	}
	return again(ctx, exists, func() error {
		_, err := c.Schedules.CreateScheduleGroup(ctx, &scheduler.CreateScheduleGroupInput{Name: &name, Tags: tags})
		if exists(err) {
			if look := c.schedules(whileLooking(ctx), f); look != nil || f.Schedules {
				return look
			}
		}
		return err
	})
}
