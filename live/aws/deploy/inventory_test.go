package deploy

import (
	"context"
	"slices"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
)

// An inventory is all that an account has, by kind: tagged or not, whoever's it is.
// It looks for itself, so that it sees what Find does not look for.
type inventory map[string][]string

func (i inventory) add(kind string, name *string) {
	i[kind] = append(i[kind], sdk.ToString(name))
}

// takeStock lists it. An account of tests has no second page.
func takeStock(ctx context.Context, t *testing.T, c *Clients) inventory {
	t.Helper()
	have := inventory{}
	for _, look := range []func(context.Context, *Clients, inventory) error{stockMachines, stockDisks, stockNetwork, stockServices} {
		if err := look(ctx, c, have); err != nil {
			t.Fatal(err)
		}
	}
	return have
}

// stockMachines lists instances and what they come from.
func stockMachines(ctx context.Context, c *Clients, have inventory) error {
	instances, err := c.EC2.DescribeInstances(ctx, &ec2.DescribeInstancesInput{})
	if err != nil {
		return err
	}
	for _, r := range instances.Reservations {
		for _, i := range r.Instances {
			if i.State.Name != types.InstanceStateNameTerminated { // which are told of for an hour
				have.add("instance", i.InstanceId)
			}
		}
	}
	images, err := c.EC2.DescribeImages(ctx, &ec2.DescribeImagesInput{Owners: []string{"self"}})
	if err != nil {
		return err
	}
	for _, i := range images.Images {
		have.add("image", i.ImageId)
	}
	templates, err := c.EC2.DescribeLaunchTemplates(ctx, &ec2.DescribeLaunchTemplatesInput{})
	if err != nil {
		return err
	}
	for _, x := range templates.LaunchTemplates {
		have.add("launch template", x.LaunchTemplateName)
	}
	keys, err := c.EC2.DescribeKeyPairs(ctx, &ec2.DescribeKeyPairsInput{})
	if err != nil {
		return err
	}
	for _, k := range keys.KeyPairs {
		have.add("key pair", k.KeyName)
	}
	return nil
}

// stockDisks lists volumes and snapshots.
func stockDisks(ctx context.Context, c *Clients, have inventory) error {
	volumes, err := c.EC2.DescribeVolumes(ctx, &ec2.DescribeVolumesInput{})
	if err != nil {
		return err
	}
	for _, v := range volumes.Volumes {
		have.add("volume", v.VolumeId)
	}
	snapshots, err := c.EC2.DescribeSnapshots(ctx, &ec2.DescribeSnapshotsInput{OwnerIds: []string{"self"}})
	if err != nil {
		return err
	}
	for _, s := range snapshots.Snapshots {
		have.add("snapshot", s.SnapshotId)
	}
	return nil
}

// stockNetwork lists security groups, interfaces and addresses.
func stockNetwork(ctx context.Context, c *Clients, have inventory) error {
	groups, err := c.EC2.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{})
	if err != nil {
		return err
	}
	for _, g := range groups.SecurityGroups {
		have.add("security group", g.GroupName)
	}
	cards, err := c.EC2.DescribeNetworkInterfaces(ctx, &ec2.DescribeNetworkInterfacesInput{})
	if err != nil {
		return err
	}
	for _, i := range cards.NetworkInterfaces {
		have.add("interface", i.NetworkInterfaceId)
	}
	addresses, err := c.EC2.DescribeAddresses(ctx, &ec2.DescribeAddressesInput{})
	if err != nil {
		return err
	}
	for _, a := range addresses.Addresses {
		have.add("address", a.PublicIp)
	}
	return nil
}

// stockServices lists what the other services have.
func stockServices(ctx context.Context, c *Clients, have inventory) error {
	functions, err := c.Lambda.ListFunctions(ctx, &lambda.ListFunctionsInput{})
	if err != nil {
		return err
	}
	for _, f := range functions.Functions {
		have.add("function", f.FunctionName)
	}
	tables, err := c.Table.ListTables(ctx, &dynamodb.ListTablesInput{})
	if err != nil {
		return err
	}
	have["table"] = tables.TableNames
	groups, err := c.Logs.DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{})
	if err != nil {
		return err
	}
	for _, g := range groups.LogGroups {
		have.add("log group", g.LogGroupName)
	}
	roles, err := c.IAM.ListRoles(ctx, &iam.ListRolesInput{})
	if err != nil {
		return err
	}
	for _, r := range roles.Roles {
		have.add("role", r.RoleName)
	}
	policies, err := c.IAM.ListPolicies(ctx, &iam.ListPoliciesInput{Scope: iamtypes.PolicyScopeTypeLocal})
	if err != nil {
		return err
	}
	for _, p := range policies.Policies {
		have.add("policy", p.PolicyName)
	}
	profiles, err := c.IAM.ListInstanceProfiles(ctx, &iam.ListInstanceProfilesInput{})
	if err != nil {
		return err
	}
	for _, p := range profiles.InstanceProfiles {
		have.add("profile", p.InstanceProfileName)
	}
	schedules, err := c.Schedules.ListScheduleGroups(ctx, &scheduler.ListScheduleGroupsInput{})
	if err != nil {
		return err
	}
	for _, g := range schedules.ScheduleGroups {
		have.add("schedules", g.Name)
	}
	return nil
}

// since is what has been added since an earlier one.
func (i inventory) since(before inventory) inventory {
	more := inventory{}
	for kind, names := range i {
		for _, name := range names {
			if !slices.Contains(before[kind], name) {
				more.add(kind, &name)
			}
		}
	}
	return more
}
