package deploy

import (
	"context"
	"fmt"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	table "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	fn "github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"cnv/live/aws"
)

// Patience is how long a step waits for AWS to be done.
const patience = 10 * time.Minute

// Apply carries out a plan, telling of each step before it begins. Steps that
// are done already are found so by the next plan: what failed midway is taken
// up again by applying a new one.
func (c *Clients) Apply(ctx context.Context, s *Spec, f *Found, plan []Step, tell func(Step)) error {
	todo := Todo(plan)
	if err := f.Network(); err != nil && len(todo) > 0 {
		return fmt.Errorf("cnv: %w", err)
	}
	if f.Exits == nil && launches(todo) {
		if err := c.exits(ctx, f); err != nil {
			return fmt.Errorf("cnv: the routes of the subnets: %w", err)
		}
	}
	ctx = whileMaking(ctx)
	for _, step := range todo {
		tell(step)
		if err := c.apply(ctx, s, f, step); err != nil {
			return fmt.Errorf("cnv: %s %s %s: %w", step.Do, step.What, step.Name, err)
		}
	}
	return nil
}

func (c *Clients) apply(ctx context.Context, s *Spec, f *Found, step Step) error {
	switch step.Do + " " + step.What {
	case "create log group":
		return c.createLogGroup(ctx, s, step.Name)
	case "update log group":
		return c.retain(ctx, s, step.Name)
	case "create boundary":
		return c.createBoundary(ctx, s, f, step.Name)
	case "update boundary":
		return c.updateBoundary(ctx, s, f)
	case "create role":
		return c.createRole(ctx, s, f)
	case "update role":
		return c.allowLogs(ctx, s, f)
	case "create deadline role":
		return c.createDeadlineRole(ctx, s, f, step.Name)
	case "update deadline role":
		return c.allowDeadline(ctx, s, f)
	case "create schedules":
		return c.createSchedules(ctx, s, f, step.Name)
	case "create function":
		return c.createFunction(ctx, s, f)
	case "update function":
		return c.updateFunction(ctx, s, f)
	case "create table":
		return c.createTable(ctx, s, f, step.Name)
	case "update table":
		return c.expire(ctx, step.Name)
	case "create security group":
		return c.createGroup(ctx, s, f, step.Name)
	case "update security group":
		return c.letGatewayIn(ctx, f)
	case "terminate builder":
		return c.terminate(ctx, step.Name)
	case "wait image":
		return c.ready(ctx, f, step.Name)
	case "delete image":
		return c.deleteImage(ctx, f, step.Name)
	case "bake image":
		k := s.workerKit(step.Name)
		k.version = sdk.String(s.FunctionVersion(f))
		return c.bake(ctx, s, f, k)
	}
	return c.applyGateway(ctx, s, f, step)
}

// tags of what belongs to the deployment.
func (s *Spec) tags() map[string]string {
	return map[string]string{aws.TagDeployment: s.Name, aws.TagVersion: s.Version()}
}

func (c *Clients) createLogGroup(ctx context.Context, s *Spec, group string) error {
	_, err := c.Logs.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &group, Tags: s.tags()})
	if err != nil && !exists(err) {
		return err
	}
	return c.retain(ctx, s, group)
}

func (c *Clients) retain(ctx context.Context, s *Spec, group string) error {
	_, err := c.Logs.PutRetentionPolicy(ctx, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: &group, RetentionInDays: &s.LogDays})
	return err
}

// createRole makes the function's role: it may write to its log group.
func (c *Clients) createRole(ctx context.Context, s *Spec, f *Found) error {
	name := role(f.Name, f.Region)
	out, err := c.IAM.CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: &name, AssumeRolePolicyDocument: sdk.String(trusted(lambdaService)),
		Description: sdk.String("cnv: the function of deployment " + s.Name), Tags: iamTags(s.tags()),
		PermissionsBoundary: &f.Boundary,
	})
	if err == nil {
		f.Role, f.RoleBoundary = sdk.ToString(out.Role.Arn), f.Boundary
	}
	if err := unless(ctx, err, f, c.role, func() bool { return f.Role != "" }); err != nil {
		return err
	}
	return c.allowLogs(ctx, s, f)
}

// allowLogs gives the function's role its policy.
func (c *Clients) allowLogs(ctx context.Context, s *Spec, f *Found) error {
	if err := c.bind(ctx, f, role(f.Name, f.Region), f.RoleBoundary); err != nil {
		return err
	}
	return c.putPolicy(ctx, role(f.Name, f.Region), logsPolicy, functionPolicy(placeOf(f.Role, f.Region), logGroup(s.Name)))
}

func (c *Clients) createFunction(ctx context.Context, s *Spec, f *Found) error {
	name, seconds := s.Function(), int32(s.Timeout.Seconds())
	in := &lambda.CreateFunctionInput{
		FunctionName: &name, Runtime: fn.RuntimeProvidedal2023, Handler: sdk.String("bootstrap"), Role: &f.Role,
		Architectures: []fn.Architecture{fn.Architecture(s.Arch)}, MemorySize: &s.MemoryMB, Timeout: &seconds,
		Code: &fn.FunctionCode{ZipFile: s.Package}, Tags: s.tags(),
	}
	err := again(ctx, roleUnknown, func() error {
		_, err := c.Lambda.CreateFunction(ctx, in)
		return err
	})
	if err := unless(ctx, err, f, c.function, func() bool { return f.Function != nil }); err != nil {
		return err
	}
	if err := c.active(ctx, name, nil); err != nil {
		return err
	}
	if err := c.reserve(ctx, s, f); err != nil {
		return err
	}
	return c.publish(ctx, s, f)
}

// updateFunction makes $LATEST what is asked for and publishes it, unless such a
// version is there.
func (c *Clients) updateFunction(ctx context.Context, s *Spec, f *Found) error {
	name, seconds := s.Function(), int32(s.Timeout.Seconds())
	if s.FunctionVersion(f) != "" {
		return c.reserve(ctx, s, f)
	}
	err := c.update(ctx, name, func() error {
		_, err := c.Lambda.UpdateFunctionConfiguration(ctx, &lambda.UpdateFunctionConfigurationInput{
			FunctionName: &name, MemorySize: &s.MemoryMB, Timeout: &seconds,
		})
		return err
	})
	if err != nil {
		return err
	}
	err = c.update(ctx, name, func() error {
		_, err := c.Lambda.UpdateFunctionCode(ctx, &lambda.UpdateFunctionCodeInput{
			FunctionName: &name, ZipFile: s.Package, Architectures: []fn.Architecture{fn.Architecture(s.Arch)},
		})
		return err
	})
	if err != nil {
		return err
	}
	if err := c.reserve(ctx, s, f); err != nil {
		return err
	}
	return c.publish(ctx, s, f)
}

// reserve sets or removes the function's own limit.
func (c *Clients) reserve(ctx context.Context, s *Spec, f *Found) error {
	name, want := s.Function(), s.reserves(f)
	var err error
	switch {
	case f.Function == nil && want == 0, f.Function != nil && want == f.Function.Reserved:
	case want == 0:
		_, err = c.Lambda.DeleteFunctionConcurrency(ctx, &lambda.DeleteFunctionConcurrencyInput{FunctionName: &name})
	default:
		_, err = c.Lambda.PutFunctionConcurrency(ctx, &lambda.PutFunctionConcurrencyInput{
			FunctionName: &name, ReservedConcurrentExecutions: &want,
		})
	}
	return err
}

// publish keeps the function as it is now under a number.
func (c *Clients) publish(ctx context.Context, s *Spec, f *Found) error {
	out, err := c.Lambda.PublishVersion(ctx, &lambda.PublishVersionInput{
		FunctionName: sdk.String(s.Function()), CodeSha256: sdk.String(s.CodeSHA256()), Description: sdk.String(s.Version()),
	})
	if err != nil {
		return err
	}
	if err := c.active(ctx, s.Function(), out.Version); err != nil {
		return err
	}
	if f.Function == nil {
		f.Function = &FoundFunction{}
	}
	f.Function.Reserved = s.reserves(f)
	f.Function.Published = append(f.Function.Published, FoundVersion{sdk.ToString(out.Version), s.CodeSHA256(), s.MemoryMB, int32(s.Timeout.Seconds())})
	return nil
}

func (c *Clients) createTable(ctx context.Context, s *Spec, f *Found, name string) error {
	var tags []table.Tag
	for k, v := range s.tags() {
		tags = append(tags, table.Tag{Key: sdk.String(k), Value: sdk.String(v)})
	}
	_, err := c.Table.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: table.BillingModePayPerRequest, Tags: tags,
		AttributeDefinitions: []table.AttributeDefinition{
			{AttributeName: sdk.String("pk"), AttributeType: table.ScalarAttributeTypeS},
			{AttributeName: sdk.String("sk"), AttributeType: table.ScalarAttributeTypeS},
		},
		KeySchema: []table.KeySchemaElement{
			{AttributeName: sdk.String("pk"), KeyType: table.KeyTypeHash},
			{AttributeName: sdk.String("sk"), KeyType: table.KeyTypeRange},
		},
	})
	if err := unless(ctx, err, f, c.table, func() bool { return f.Table != "" }); err != nil {
		return err
	}
	return c.expire(ctx, name)
}

// expire lets the table, once it is there, delete items whose time has come.
func (c *Clients) expire(ctx context.Context, name string) error {
	if err := dynamodb.NewTableExistsWaiter(c.Table, func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay = 100 * time.Millisecond
	}).Wait(ctx, &dynamodb.DescribeTableInput{TableName: &name}, patience); err != nil {
		return err
	}
	_, err := c.Table.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{TableName: &name, TimeToLiveSpecification: &table.TimeToLiveSpecification{
		AttributeName: sdk.String("ttl"), Enabled: sdk.Bool(true),
	}})
	if err == nil {
		return nil
	}
	if already, _ := c.expires(ctx, name); already { // an answer was lost: DynamoDB refuses what is so
		return nil
	}
	return err
}

// createGroup makes a security group. Workers let in the gateway's alone; the
// gateway's lets nobody in, which is the operator's to change.
func (c *Clients) createGroup(ctx context.Context, s *Spec, f *Found, name string) error {
	tags := s.tags()
	if f.chosen != "" {
		tags[aws.TagSubnets] = f.chosen
	}
	out, err := c.EC2.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{
		GroupName: &name, VpcId: &f.VPC, Description: sdk.String("cnv deployment " + s.Name),
		TagSpecifications: tagged(types.ResourceTypeSecurityGroup, tags),
	})
	group := &f.Workers
	if name == gateway(s.Name) {
		group = &f.Gateway
	}
	if err == nil {
		*group = sdk.ToString(out.GroupId)
	}
	if err := unless(ctx, err, f, c.groups, func() bool { return *group != "" }); err != nil || group == &f.Gateway {
		return err
	}
	return c.letGatewayIn(ctx, f)
}

// Template is what workers of a deployment are launched from, once it is
// applied; the pools are the experiment's.
func (s *Spec) Template(f *Found, pools []aws.Pool) (aws.Template, error) {
	t := aws.Template{
		Deployment: s.Name, Version: s.Version(), SecurityGroup: f.Workers, Subnets: f.Subnets, Pools: pools,
	}
	for _, i := range f.Images {
		if i.Version == s.Version() && i.State == "available" {
			t.Image = i.ID
		}
	}
	if t.Image == "" || t.SecurityGroup == "" || len(t.Subnets) == 0 || s.FunctionVersion(f) == "" || f.Table == "" {
		return t, fmt.Errorf("cnv: deployment %s is not complete for this worker (version %s): deploy it first", s.Name, s.Version())
	}
	return t, nil
}
