package local_test

import (
	"fmt"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"cnv/live/aws/awstest"
	"cnv/live/local"
)

// A probe asks a cloud something. What it answers, or its error code, is want;
// where moto is known to answer otherwise, that is moto.
type probe struct {
	about      string
	ask        func(*prober) (string, error)
	want, moto string
}

// A prober has what earlier probes of a table have made.
type prober struct {
	*session
	image, group, first, name string
	order                     *ec2.RunInstancesInput
}

// TestProbesAgainstLocal and TestProbesAgainstMoto ask the same: what our
// cloud answers is what somebody else takes AWS to answer.
func TestProbesAgainstLocal(t *testing.T) {
	t.Parallel()
	s := start(t, local.Config{VCPUs: 20})
	run(t, &prober{session: s, name: "probe"}, func(p *probe) string { return p.want })
}

func TestProbesAgainstMoto(t *testing.T) {
	t.Parallel()
	account := awstest.Moto(t)
	s := connect(t, nil, account)
	role := must(iam.NewFromConfig(account).CreateRole(s.ctx, &iam.CreateRoleInput{
		RoleName: sdk.String("r"), AssumeRolePolicyDocument: sdk.String(`{"Version":"2012-10-17","Statement":[]}`),
	}))(t)
	s.role = *role.Role.Arn
	differ := 0
	run(t, &prober{session: s, name: "probe"}, func(p *probe) string {
		if p.moto == "" {
			return p.want
		}
		differ++
		return p.moto
	})
	t.Logf("moto agrees on %d of %d probes, the others are known differences", len(probes)-differ, len(probes))
}

func run(t *testing.T, p *prober, want func(*probe) string) {
	for i := range probes {
		one := &probes[i]
		got, err := one.ask(p)
		if err != nil {
			if got = code(err); got == "" {
				got = err.Error()
			}
		}
		w := want(one)
		if got != w && w != "anything" {
			t.Errorf("%s: %s, want %s (%v)", one.about, got, w, err)
		}
		if one.about == "a launch" && err != nil {
			t.Fatal("the other probes ask about what was launched")
		}
	}
}

// nothing is the answer of calls that only succeed.
func nothing[T any](_ T, err error) (string, error) { return "done", err }

func states(all []ec2types.Instance) string {
	var out []string
	for _, i := range all {
		out = append(out, string(i.State.Name))
	}
	return strings.Join(out, " ")
}

func one(id string) []string { return []string{id} }

var probes = []probe{
	{"an image of Amazon Linux for ARM", func(p *prober) (string, error) {
		p.image = p.base()
		p.order = p.session.order(p.image, 2)
		return p.image[:4], nil
	}, "ami-", ""},
	{"a dry run", func(p *prober) (string, error) {
		in := *p.order
		in.DryRun = sdk.Bool(true)
		return nothing(p.ec2.RunInstances(p.ctx, &in))
	}, "DryRunOperation", ""},
	{"an image that is not there", func(p *prober) (string, error) {
		return nothing(p.ec2.RunInstances(p.ctx, p.session.order("ami-0123456789abcdef0", 1)))
	}, "InvalidAMIID.NotFound", ""},
	{"a type that is not there", func(p *prober) (string, error) {
		in := *p.order
		in.InstanceType = "c7g.lage"
		return nothing(p.ec2.RunInstances(p.ctx, &in))
	}, "InvalidParameterValue", "InvalidInstanceType.NotFound"},
	{"a type of another architecture", func(p *prober) (string, error) {
		in := *p.order
		in.InstanceType, in.DryRun = "c7i.large", sdk.Bool(true)
		return nothing(p.ec2.RunInstances(p.ctx, &in))
	}, "InvalidParameterValue", "DryRunOperation"},
	{"a subnet that is not there", func(p *prober) (string, error) {
		in := *p.order
		in.SubnetId = sdk.String("subnet-0123456789abcdef0")
		return nothing(p.ec2.RunInstances(p.ctx, &in))
	}, "InvalidSubnetID.NotFound", ""},
	{"a group", func(p *prober) (string, error) {
		out, err := p.ec2.CreateSecurityGroup(p.ctx, &ec2.CreateSecurityGroupInput{GroupName: sdk.String("g"), Description: sdk.String("d")})
		if err == nil {
			p.group = *out.GroupId
		}
		return nothing(out, err)
	}, "done", ""},
	{"the same group", func(p *prober) (string, error) {
		return nothing(p.ec2.CreateSecurityGroup(p.ctx, &ec2.CreateSecurityGroupInput{GroupName: sdk.String("g"), Description: sdk.String("d")}))
	}, "InvalidGroup.Duplicate", ""},
	{"a rule", authorize, "done", ""},
	{"the same rule", authorize, "InvalidPermission.Duplicate", ""},
	{"a launch", func(p *prober) (string, error) {
		p.order.ClientToken, p.order.SecurityGroupIds = sdk.String("a"), one(p.group)
		out, err := p.ec2.RunInstances(p.ctx, p.order)
		if err != nil {
			return "", err
		}
		p.first = *out.Instances[0].InstanceId
		return states(out.Instances), nil
	}, "pending pending", ""},
	{"the same token", func(p *prober) (string, error) {
		out, err := p.ec2.RunInstances(p.ctx, p.order)
		if err != nil {
			return "", err
		}
		return fmt.Sprint("the same: ", *out.Instances[0].InstanceId == p.first), nil
	}, "the same: true", "the same: false"},
	{"the same token for something else", func(p *prober) (string, error) {
		in := *p.order
		in.InstanceType = "c7g.large"
		return nothing(p.ec2.RunInstances(p.ctx, &in))
	}, "IdempotentParameterMismatch", "done"},
	{"as many as there is room for", func(p *prober) (string, error) {
		in := p.session.order(p.image, 1)
		in.MaxCount = sdk.Int32(3)
		out, err := p.ec2.RunInstances(p.ctx, in)
		if err != nil {
			return "", err
		}
		return fmt.Sprint(len(out.Instances)), nil
	}, "3", "1"},
	{"more than the quota", func(p *prober) (string, error) {
		in := p.session.order(p.image, 50)
		in.DryRun = nil
		return nothing(p.ec2.RunInstances(p.ctx, in))
	}, "VcpuLimitExceeded", "done"},
	{"an instance that is not there", func(p *prober) (string, error) {
		return nothing(p.ec2.DescribeInstances(p.ctx, &ec2.DescribeInstancesInput{InstanceIds: one("i-0123456789abcdef0")}))
	}, "InvalidInstanceID.NotFound", ""},
	{"by tag, state and ID", func(p *prober) (string, error) {
		out, err := p.ec2.DescribeInstances(p.ctx, &ec2.DescribeInstancesInput{Filters: []ec2types.Filter{
			named("tag:role", "work*"), named("instance-state-name", "pending", "running"), named("instance-id", p.first),
		}})
		if err != nil {
			return "", err
		}
		return fmt.Sprint(len(out.Reservations), *out.Reservations[0].Instances[0].InstanceId == p.first), nil
	}, "1 true", ""},
	{"a group in use", deleteGroup, "DependencyViolation", "done"},
	{"an image of what runs", func(p *prober) (string, error) {
		return nothing(p.ec2.CreateImage(p.ctx, &ec2.CreateImageInput{InstanceId: &p.first, Name: sdk.String("x")}))
	}, "IncorrectInstanceState", "done"}, // AWS would reboot it
	{"termination", terminate, "shutting-down", ""},
	{"termination again", terminate, "shutting-down", ""},
	{"a tag for nobody", func(p *prober) (string, error) {
		return nothing(p.ec2.CreateTags(p.ctx, &ec2.CreateTagsInput{
			Resources: one("ami-0123456789abcdef0"), Tags: []ec2types.Tag{{Key: sdk.String("a"), Value: sdk.String("b")}},
		}))
	}, "InvalidAMIID.NotFound", ""},
	{"an image that is not there", func(p *prober) (string, error) {
		return nothing(p.ec2.DescribeImages(p.ctx, &ec2.DescribeImagesInput{ImageIds: one("ami-0123456789abcdef0")}))
	}, "InvalidAMIID.NotFound", ""},
	{"a snapshot that is not there", func(p *prober) (string, error) {
		return nothing(p.ec2.DeleteSnapshot(p.ctx, &ec2.DeleteSnapshotInput{SnapshotId: sdk.String("snap-0123456789abcdef0")}))
	}, "InvalidSnapshot.NotFound", ""},
	{"the default network", func(p *prober) (string, error) {
		out, err := p.ec2.DescribeVpcs(p.ctx, &ec2.DescribeVpcsInput{Filters: []ec2types.Filter{named("is-default", "true")}})
		if err != nil {
			return "", err
		}
		return fmt.Sprint(len(out.Vpcs), *out.Vpcs[0].IsDefault), nil
	}, "1 true", ""},
	{"zones", func(p *prober) (string, error) {
		out, err := p.ec2.DescribeAvailabilityZones(p.ctx, &ec2.DescribeAvailabilityZonesInput{})
		if err != nil {
			return "", err
		}
		return *out.AvailabilityZones[0].ZoneName, nil
	}, "us-east-1a", ""},
	{"a type", func(p *prober) (string, error) {
		out, err := p.ec2.DescribeInstanceTypes(p.ctx, &ec2.DescribeInstanceTypesInput{InstanceTypes: []ec2types.InstanceType{"c7g.large"}})
		if err != nil {
			return "", err
		}
		x := out.InstanceTypes[0]
		return fmt.Sprint(*x.VCpuInfo.DefaultVCpus, *x.MemoryInfo.SizeInMiB, x.ProcessorInfo.SupportedArchitectures), nil
	}, "2 4096 [arm64]", ""},
	{"a function that is not there", func(p *prober) (string, error) {
		return nothing(p.lambda.GetFunction(p.ctx, &lambda.GetFunctionInput{FunctionName: &p.name}))
	}, "ResourceNotFoundException", ""},
	{"a function", createFunction, "Active", ""},
	{"the same function", createFunction, "ResourceConflictException", ""},
	{"too much memory", func(p *prober) (string, error) {
		return nothing(p.lambda.UpdateFunctionConfiguration(p.ctx, &lambda.UpdateFunctionConfigurationInput{FunctionName: &p.name, MemorySize: sdk.Int32(99999)}))
	}, "InvalidParameterValueException", "done"},
	{"a version", publish, "1", ""},
	{"a version of the same", publish, "1", "2"},
	{"a version of other code", func(p *prober) (string, error) {
		return nothing(p.lambda.PublishVersion(p.ctx, &lambda.PublishVersionInput{FunctionName: &p.name, CodeSha256: sdk.String("x")}))
	}, "InvalidParameterValueException", "done"},
	{"the versions", func(p *prober) (string, error) {
		out, err := p.lambda.ListVersionsByFunction(p.ctx, &lambda.ListVersionsByFunctionInput{FunctionName: &p.name})
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%d %s", len(out.Versions), *out.Versions[0].Version), nil
	}, "2 $LATEST", "3 $LATEST"},
	{"an alias", createAlias, "1", ""},
	{"the same alias", createAlias, "ResourceConflictException", "ConflictException"},
	{"an alias of nothing", func(p *prober) (string, error) {
		return nothing(p.lambda.GetAlias(p.ctx, &lambda.GetAliasInput{FunctionName: &p.name, Name: sdk.String("dead")}))
	}, "ResourceNotFoundException", ""},
	{"a limit of its own", func(p *prober) (string, error) {
		if _, err := p.lambda.PutFunctionConcurrency(p.ctx, &lambda.PutFunctionConcurrencyInput{FunctionName: &p.name, ReservedConcurrentExecutions: sdk.Int32(7)}); err != nil {
			return "", err
		}
		out, err := p.lambda.GetFunction(p.ctx, &lambda.GetFunctionInput{FunctionName: &p.name})
		if err != nil {
			return "", err
		}
		return fmt.Sprint(*out.Concurrency.ReservedConcurrentExecutions), nil
	}, "7", ""},
	{"more than may be reserved", func(p *prober) (string, error) {
		return nothing(p.lambda.PutFunctionConcurrency(p.ctx, &lambda.PutFunctionConcurrencyInput{FunctionName: &p.name, ReservedConcurrentExecutions: sdk.Int32(901)}))
	}, "InvalidParameterValueException", "done"},
	{"tags", func(p *prober) (string, error) {
		f, err := p.lambda.GetFunction(p.ctx, &lambda.GetFunctionInput{FunctionName: &p.name})
		if err == nil {
			_, err = p.lambda.TagResource(p.ctx, &lambda.TagResourceInput{Resource: f.Configuration.FunctionArn, Tags: map[string]string{"b": "2"}})
		}
		if err != nil {
			return "", err
		}
		out, err := p.lambda.ListTags(p.ctx, &lambda.ListTagsInput{Resource: f.Configuration.FunctionArn})
		if err != nil {
			return "", err
		}
		return fmt.Sprint(out.Tags), nil
	}, "map[a:1 b:2]", ""},
	{"the functions", func(p *prober) (string, error) {
		out, err := p.lambda.ListFunctions(p.ctx, &lambda.ListFunctionsInput{})
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%d %s", len(out.Functions), *out.Functions[0].FunctionName), nil
	}, "1 probe", ""},
	{"may it be invoked", func(p *prober) (string, error) {
		out, err := p.lambda.Invoke(p.ctx, &lambda.InvokeInput{FunctionName: &p.name, InvocationType: types.InvocationTypeDryRun})
		if err != nil {
			return "", err
		}
		return fmt.Sprint(out.StatusCode), nil
	}, "204", ""},
	{"the account", func(p *prober) (string, error) {
		out, err := p.lambda.GetAccountSettings(p.ctx, &lambda.GetAccountSettingsInput{})
		if err != nil {
			return "", err
		}
		return fmt.Sprint(out.AccountLimit.ConcurrentExecutions, *out.AccountLimit.UnreservedConcurrentExecutions), nil
	}, "1000 993", "anything"}, // it answers 404 with a page
	{"the end of the function", func(p *prober) (string, error) {
		return nothing(p.lambda.DeleteFunction(p.ctx, &lambda.DeleteFunctionInput{FunctionName: &p.name}))
	}, "done", ""},
	{"it is gone", func(p *prober) (string, error) {
		return nothing(p.lambda.Invoke(p.ctx, &lambda.InvokeInput{FunctionName: &p.name, InvocationType: types.InvocationTypeDryRun}))
	}, "ResourceNotFoundException", "done"},
}

func authorize(p *prober) (string, error) {
	return nothing(p.ec2.AuthorizeSecurityGroupIngress(p.ctx, &ec2.AuthorizeSecurityGroupIngressInput{
		GroupId: &p.group, IpPermissions: []ec2types.IpPermission{{
			IpProtocol: sdk.String("tcp"), FromPort: sdk.Int32(8000), ToPort: sdk.Int32(8000),
			UserIdGroupPairs: []ec2types.UserIdGroupPair{{GroupId: &p.group}},
		}},
	}))
}

func deleteGroup(p *prober) (string, error) {
	return nothing(p.ec2.DeleteSecurityGroup(p.ctx, &ec2.DeleteSecurityGroupInput{GroupId: &p.group}))
}

func terminate(p *prober) (string, error) {
	out, err := p.ec2.TerminateInstances(p.ctx, &ec2.TerminateInstancesInput{InstanceIds: one(p.first)})
	if err != nil {
		return "", err
	}
	return string(out.TerminatingInstances[0].CurrentState.Name), nil
}

func createFunction(p *prober) (string, error) {
	out, err := p.lambda.CreateFunction(p.ctx, &lambda.CreateFunctionInput{
		FunctionName: &p.name, Role: &p.role, Runtime: types.RuntimeProvidedal2023, Handler: sdk.String("bootstrap"),
		Code: &types.FunctionCode{ZipFile: must(pack([]byte("#!/bin/sh\n")))(p.T)}, Tags: map[string]string{"a": "1"},
	})
	if err != nil {
		return "", err
	}
	return string(out.State), nil
}

func publish(p *prober) (string, error) {
	out, err := p.lambda.PublishVersion(p.ctx, &lambda.PublishVersionInput{FunctionName: &p.name})
	if err != nil {
		return "", err
	}
	return *out.Version, nil
}

func createAlias(p *prober) (string, error) {
	out, err := p.lambda.CreateAlias(p.ctx, &lambda.CreateAliasInput{FunctionName: &p.name, Name: sdk.String("live"), FunctionVersion: sdk.String("1")})
	if err != nil {
		return "", err
	}
	return *out.FunctionVersion, nil
}
