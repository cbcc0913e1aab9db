package deploy

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
)

// Destroy carries out a plan of PlanDestroy, telling of each step before it
// begins, and looks again: what is left then is returned. What is gone already
// is no error.
func (c *Clients) Destroy(ctx context.Context, f *Found, plan []Step, tell func(Step)) (left []Step, err error) {
	for _, step := range plan {
		if step.What == "instance" {
			tell(step)
		}
	}
	if err := c.EndInstances(ctx, f.Name); err != nil {
		return nil, err
	}
	for _, step := range plan {
		if step.What == "instance" {
			continue
		}
		tell(step)
		err := again(ctx, inUse, func() error { return c.delete(ctx, f, step) })
		if step.What == "boundary" && inUse(err) {
			continue // of a role that has come since the plan, and is left too
		}
		if err != nil && !absent(err) {
			return nil, fmt.Errorf("cnv: delete %s %s: %w", step.What, step.Name, err)
		}
	}
	again, err := c.Find(ctx, f.Name, "arm64")
	if err != nil {
		return nil, err
	}
	return PlanDestroy(again), nil
}

// EndInstances ends all instances of a deployment, whatever else it has: gateways first,
// which would launch workers for those that end.
func (c *Clients) EndInstances(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := c.end(ctx, name, func(i FoundInstance) bool { return i.Role == "gateway" })
	if err == nil {
		err = c.end(ctx, name, func(FoundInstance) bool { return true })
	}
	if err != nil {
		return fmt.Errorf("cnv: instances: %w", err)
	}
	return nil
}

// Instances looks for the instances of a deployment alone, which need no permission but
// EC2's.
func (c *Clients) Instances(ctx context.Context, name string) ([]FoundInstance, error) {
	f := Found{Name: name}
	err := c.instances(ctx, &f)
	return f.Instances, err
}

// end terminates instances until none is left, those too that come meanwhile:
// security groups are in use until then.
func (c *Clients) end(ctx context.Context, name string, which func(FoundInstance) bool) error {
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		there := Found{Name: name}
		if err := c.instances(ctx, &there); err != nil {
			return err
		}
		var ids, left []string
		for _, i := range there.Instances {
			if !which(i) {
				continue
			}
			left = append(left, i.ID+" "+i.State)
			if i.State != string(types.InstanceStateNameShuttingDown) {
				ids = append(ids, i.ID)
			}
		}
		if len(left) == 0 {
			return nil
		}
		if err := c.terminate(ctx, ids...); err != nil {
			return err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return fmt.Errorf("some instances have not ended: stop what still launches them, and run destroy again: %s: %w", strings.Join(left, ", "), ctx.Err())
		}
	}
}

// terminate asks instances to end. Those that are gone are no error, but one of
// them fails the whole call.
func (c *Clients) terminate(ctx context.Context, ids ...string) error {
	if len(ids) == 0 {
		return nil
	}
	_, err := c.EC2.TerminateInstances(ctx, &ec2.TerminateInstancesInput{InstanceIds: ids})
	if !absent(err) {
		return err
	}
	if len(ids) == 1 {
		return nil
	}
	var errs []error
	for _, id := range ids {
		errs = append(errs, c.terminate(ctx, id))
	}
	return errors.Join(errs...)
}

func (c *Clients) delete(ctx context.Context, f *Found, step Step) error {
	var err error
	switch name := step.Name; step.What {
	case "image":
		err = c.deleteImage(ctx, f, name)
	case "snapshot":
		_, err = c.EC2.DeleteSnapshot(ctx, &ec2.DeleteSnapshotInput{SnapshotId: &name})
	case "volume":
		_, err = c.EC2.DeleteVolume(ctx, &ec2.DeleteVolumeInput{VolumeId: &name})
	case "interface":
		_, err = c.EC2.DeleteNetworkInterface(ctx, &ec2.DeleteNetworkInterfaceInput{NetworkInterfaceId: &name})
	case "security group":
		_, err = c.EC2.DeleteSecurityGroup(ctx, &ec2.DeleteSecurityGroupInput{GroupId: &name})
	case "function":
		_, err = c.Lambda.DeleteFunction(ctx, &lambda.DeleteFunctionInput{FunctionName: &name})
	case "log group":
		_, err = c.Logs.DeleteLogGroup(ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: &name})
	case "profile":
		err = c.deleteProfile(ctx, name)
	case "role":
		policy := map[string]string{runner(f.Name, f.Region): runnerPolicy, deadline(f.Name, f.Region): deadlinePolicyName, role(f.Name, f.Region): logsPolicy}[name]
		if _, err = c.IAM.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: &name, PolicyName: &policy}); err == nil || absent(err) {
			_, err = c.IAM.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: &name})
		}
	case "schedules":
		_, err = c.Schedules.DeleteScheduleGroup(ctx, &scheduler.DeleteScheduleGroupInput{Name: &name})
	case "boundary":
		err = c.deleteBoundary(ctx, f.Boundary)
	case "table":
		_, err = c.Table.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: &name})
		if err == nil {
			err = dynamodb.NewTableNotExistsWaiter(c.Table, func(o *dynamodb.TableNotExistsWaiterOptions) {
				o.MinDelay = 100 * time.Millisecond
			}).Wait(ctx, &dynamodb.DescribeTableInput{TableName: &name}, patience)
		}
	}
	return err
}
