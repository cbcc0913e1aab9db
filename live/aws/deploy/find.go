package deploy

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"cnv/live/aws"
)

// Clients speak to the services that a deployment is made of.
type Clients struct {
	EC2       *ec2.Client
	Lambda    *lambda.Client
	IAM       *iam.Client
	Table     *dynamodb.Client
	Logs      *cloudwatchlogs.Client
	Schedules *scheduler.Client
	Who       *sts.Client
	Network
}

// Connect returns the clients of an account.
func Connect(cfg sdk.Config) *Clients {
	cfg = patiently(cfg)
	return &Clients{
		ec2.NewFromConfig(cfg), lambda.NewFromConfig(cfg), iam.NewFromConfig(cfg),
		dynamodb.NewFromConfig(cfg), cloudwatchlogs.NewFromConfig(cfg), scheduler.NewFromConfig(cfg), sts.NewFromConfig(cfg), Network{},
	}
}

// region is where they speak to them.
func (c *Clients) region() string { return c.Who.Options().Region }

// Found is what a deployment has. Empty fields are not there.
type Found struct {
	Name, Region     string
	VPC              string // the chosen one, that of the security groups, or the account's default; see Network
	chosen           string // subnets, by their tag: IDs with spaces between; "": all of the VPC
	Subnets          []aws.Subnet
	Exits            map[string]Exit // of the subnets; nil: nobody has looked
	Base             string          // the newest image of Amazon Linux 2023 for the architecture asked for
	BaseDevice       string          // its root device
	Role             string          // ARN
	RolePolicy       string          // of that role; "": none
	RoleBoundary     string          // ARN of that role's permissions boundary; "": none
	Boundary         string          // ARN that the boundary of both roles has or would have
	BoundaryPolicy   string          // its document; "": it is not there
	DeadlineRole     string          // ARN of the role of schedules
	DeadlinePolicy   string          // of that role; "": none
	DeadlineBoundary string          // ARN of that role's permissions boundary; "": none
	Schedules        bool            // their group is there
	LogGroup         bool
	LogDays          int32
	Function         *FoundFunction
	Unreserved       int32  // environments of the account that no function has for its own; 0: not known
	Table            string // its state
	TTL              bool
	Workers          string // security groups
	Gateway          string
	Reachable        bool // the workers' group lets the gateway's in
	Images           []FoundImage
	Left             []Step   // snapshots, volumes, and network interfaces that nothing above has
	SnapshotGB       int32    // of all snapshots, at most: what is not written is not billed
	Allowed          []string // addresses that may call the gateway
	AllowedAdmin     []string // that may see its admin pages
	GatewayLog       bool     // the log group of its instance
	GatewayDays      int32    // that it is kept
	GatewayCode      string   // CodeSHA256 of its package
	CodeClosed       bool     // nobody can call the function that has it
	GatewayRole      string   // ARN
	RunnerPolicy     string   // of that role; "": none
	GatewayBoundary  string   // ARN of that role's permissions boundary; "": none
	Profile          bool     // that gives an instance the role
	ProfileRole      string   // the name of the role that it gives; "": none
	// Instances that are not terminated.
	Instances []FoundInstance
}

// A FoundFunction is the function as it is.
type FoundFunction struct {
	Published []FoundVersion // in order
	Reserved  int32          // 0: no limit of its own
}

// A FoundVersion is one that was published: it stays as it is.
type FoundVersion struct {
	Number     string
	CodeSHA256 string
	MemoryMB   int32
	Timeout    int32 // s
}

// A FoundImage is an image of a version of the worker.
type FoundImage struct {
	ID, Version, State string
	Snapshots          []string
}

// A FoundInstance is one.
type FoundInstance struct {
	ID, Role, Version, Pool, Type, State, Address string

	Public string // address; "": none
	Spot   bool
}

// Find looks for what a deployment has, and for what it could be built on.
func (c *Clients) Find(ctx context.Context, name, arch string) (*Found, error) {
	f := &Found{Name: name, Region: c.region()}
	if err := CheckName(name); err != nil {
		return nil, fmt.Errorf("cnv: %w", err)
	}
	for _, look := range []func(context.Context, *Found) error{
		c.groups, c.network, func(ctx context.Context, f *Found) error { return c.base(ctx, f, arch) },
		c.images, c.instances, c.role, c.boundary, c.deadlines, c.logs, c.function, c.unreserved, c.table, c.findGateway, c.leftovers,
	} {
		if err := look(ctx, f); err != nil {
			return nil, fmt.Errorf("cnv: deployment %s: %w", name, err)
		}
	}
	return f, nil
}

func (c *Clients) groups(ctx context.Context, f *Found) error {
	out, err := c.EC2.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{
		Filters: []types.Filter{filter("tag:"+aws.TagDeployment, f.Name)},
	})
	if err != nil {
		return err
	}
	var open []types.IpPermission // of the workers' group
	for _, g := range out.SecurityGroups {
		if name := sdk.ToString(g.GroupName); name == workers(f.Name) || name == gateway(f.Name) {
			f.VPC, f.chosen = sdk.ToString(g.VpcId), tag(g.Tags, aws.TagSubnets)
		}
		switch sdk.ToString(g.GroupName) {
		case workers(f.Name):
			f.Workers, open = sdk.ToString(g.GroupId), g.IpPermissions
		case gateway(f.Name):
			f.Gateway = sdk.ToString(g.GroupId)
			f.Allowed, f.AllowedAdmin = ranges(g.IpPermissions, GatewayPort), ranges(g.IpPermissions, AdminPort)
		}
	}
	f.Reachable = slices.ContainsFunc(open, func(p types.IpPermission) bool {
		return at(p, workerPort) && slices.ContainsFunc(p.UserIdGroupPairs, func(x types.UserIdGroupPair) bool { return sdk.ToString(x.GroupId) == f.Gateway })
	})
	return nil
}

// base finds what images are baked from.
func (c *Clients) base(ctx context.Context, f *Found, arch string) error {
	out, err := c.EC2.DescribeImages(ctx, &ec2.DescribeImagesInput{Owners: []string{"amazon"}, Filters: []types.Filter{
		filter("name", "al2023-ami-2023.*-kernel-*-"+arch), filter("state", "available"),
	}})
	if err != nil {
		return err
	}
	newest := ""
	for _, i := range out.Images {
		if at := sdk.ToString(i.CreationDate); at > newest {
			newest, f.Base, f.BaseDevice = at, sdk.ToString(i.ImageId), sdk.ToString(i.RootDeviceName)
		}
	}
	return nil
}

// images looks for them; what f knew of them is forgotten.
func (c *Clients) images(ctx context.Context, f *Found) error {
	out, err := c.EC2.DescribeImages(ctx, &ec2.DescribeImagesInput{
		Owners: []string{"self"}, Filters: []types.Filter{filter("tag:"+aws.TagDeployment, f.Name)},
	})
	if err != nil {
		return err
	}
	f.Images = nil
	for _, i := range out.Images {
		one := FoundImage{ID: sdk.ToString(i.ImageId), Version: tag(i.Tags, aws.TagVersion), State: string(i.State)}
		for _, d := range i.BlockDeviceMappings {
			if d.Ebs != nil && d.Ebs.SnapshotId != nil {
				one.Snapshots = append(one.Snapshots, *d.Ebs.SnapshotId)
			}
		}
		f.Images = append(f.Images, one)
	}
	slices.SortFunc(f.Images, func(a, b FoundImage) int { return strings.Compare(a.ID, b.ID) })
	return nil
}

func (c *Clients) instances(ctx context.Context, f *Found) error {
	pages := ec2.NewDescribeInstancesPaginator(c.EC2, &ec2.DescribeInstancesInput{Filters: []types.Filter{
		filter("tag:"+aws.TagDeployment, f.Name),
		filter("instance-state-name", "pending", "running", "stopping", "stopped", "shutting-down"),
	}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, r := range page.Reservations {
			for _, i := range r.Instances {
				f.Instances = append(f.Instances, FoundInstance{
					ID: sdk.ToString(i.InstanceId), Role: tag(i.Tags, aws.TagRole), Version: tag(i.Tags, aws.TagVersion),
					Pool: tag(i.Tags, aws.TagPool), Type: string(i.InstanceType), State: string(i.State.Name), Address: sdk.ToString(i.PrivateIpAddress),
					Public: sdk.ToString(i.PublicIpAddress), Spot: i.InstanceLifecycle == types.InstanceLifecycleTypeSpot,
				})
			}
		}
	}
	slices.SortFunc(f.Instances, func(a, b FoundInstance) int { return strings.Compare(a.ID, b.ID) })
	return nil
}

func (c *Clients) role(ctx context.Context, f *Found) error {
	out, err := c.IAM.GetRole(ctx, &iam.GetRoleInput{RoleName: sdk.String(role(f.Name, f.Region))})
	if absent(err) {
		return nil
	}
	if err != nil {
		return err
	}
	f.Role, f.RoleBoundary = sdk.ToString(out.Role.Arn), boundaryOf(out.Role)
	if err := owned(f.Name, "role", role(f.Name, f.Region), iamTag(out.Role.Tags)); err != nil {
		return err
	}
	f.RolePolicy, err = c.rolePolicy(ctx, role(f.Name, f.Region), logsPolicy)
	return err
}

// rolePolicy is a policy of a role; "": there is none.
func (c *Clients) rolePolicy(ctx context.Context, role, name string) (string, error) {
	out, err := c.IAM.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: &role, PolicyName: &name})
	if absent(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return url.PathUnescape(sdk.ToString(out.PolicyDocument)) // as IAM gives it
}

// logs looks for the log groups of the function and of the gateway's instance.
func (c *Clients) logs(ctx context.Context, f *Found) error {
	pages := cloudwatchlogs.NewDescribeLogGroupsPaginator(c.Logs, &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: sdk.String(logGroup(f.Name))})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, g := range page.LogGroups {
			switch name := sdk.ToString(g.LogGroupName); name {
			case logGroup(f.Name):
				f.LogGroup, f.LogDays = true, sdk.ToInt32(g.RetentionInDays)
			case gatewayLog(f.Name):
				f.GatewayLog, f.GatewayDays = true, sdk.ToInt32(g.RetentionInDays)
			}
		}
	}
	return nil
}

func (c *Clients) function(ctx context.Context, f *Found) error {
	name := Function(f.Name)
	out, err := c.Lambda.GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: &name})
	if absent(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := ownedFunction(f.Name, name, out); err != nil {
		return err
	}
	f.Function = &FoundFunction{}
	if out.Concurrency != nil {
		f.Function.Reserved = sdk.ToInt32(out.Concurrency.ReservedConcurrentExecutions)
	}
	pages := lambda.NewListVersionsByFunctionPaginator(c.Lambda, &lambda.ListVersionsByFunctionInput{FunctionName: &name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, v := range page.Versions {
			if sdk.ToString(v.Version) != "$LATEST" {
				f.Function.Published = append(f.Function.Published, FoundVersion{
					sdk.ToString(v.Version), sdk.ToString(v.CodeSha256), sdk.ToInt32(v.MemorySize), sdk.ToInt32(v.Timeout),
				})
			}
		}
	}
	return nil
}

// unreserved looks at the account. Who may not is told by Lambda what is too many.
func (c *Clients) unreserved(ctx context.Context, f *Found) error {
	out, err := c.Lambda.GetAccountSettings(ctx, &lambda.GetAccountSettingsInput{})
	if err == nil && out.AccountLimit != nil {
		f.Unreserved = sdk.ToInt32(out.AccountLimit.UnreservedConcurrentExecutions)
	}
	return nil
}

func (c *Clients) table(ctx context.Context, f *Found) error {
	name := Table(f.Name)
	out, err := c.Table.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name})
	if absent(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := c.ownedTable(ctx, f, out.Table); err != nil {
		return err
	}
	f.Table = string(out.Table.TableStatus)
	f.TTL, err = c.expires(ctx, name)
	if absent(err) {
		return nil // the table is being deleted
	}
	return err
}

// expires says whether a table deletes items whose time has come.
func (c *Clients) expires(ctx context.Context, name string) (bool, error) {
	out, err := c.Table.DescribeTimeToLive(ctx, &dynamodb.DescribeTimeToLiveInput{TableName: &name})
	if err != nil || out.TimeToLiveDescription == nil {
		return false, err
	}
	return strings.HasPrefix(string(out.TimeToLiveDescription.TimeToLiveStatus), "ENABL"), nil
}

// absent says whether an error means that something is not there.
func absent(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && slices.Contains([]string{
		"ResourceNotFoundException", "NoSuchEntity", "NoSuchEntityException", "InvalidInstanceID.NotFound",
		"InvalidGroup.NotFound", "InvalidAMIID.NotFound", "InvalidAMIID.Unavailable", "InvalidSnapshot.NotFound",
		"InvalidVolume.NotFound", "InvalidPermission.NotFound", "InvalidNetworkInterfaceID.NotFound",
	}, api.ErrorCode())
}

func filter(name string, values ...string) types.Filter {
	return types.Filter{Name: &name, Values: values}
}

func tag(tags []types.Tag, name string) string {
	for _, t := range tags {
		if sdk.ToString(t.Key) == name {
			return sdk.ToString(t.Value)
		}
	}
	return ""
}
