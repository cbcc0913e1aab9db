package deploy

import (
	"slices"
	"strings"

	"cnv/policy/catalog"
)

// Policies are what the two kinds of operators of a deployment need, as IAM policy documents
// by name. "deployer" and "deployer-roles" are both a deployer's, who makes and removes the
// deployment; they are two because one would be longer than IAM takes. "runner" is that of
// the gateway: it launches workers, calls the function and uses the table, and cannot touch
// roles, images or code. "boundary" is the permissions boundary of the roles that a deployer
// makes: what the function and the gateway need. The types of instances that may be launched
// are names or patterns such as c7g.*; see Families. Never tried on AWS: live/local enforces
// them as AWS documents it.
func Policies(name string, at Place, types []string) map[string]string {
	o := operators{name, at, types}
	return map[string]string{
		"deployer": document(o.deployer()...), "deployer-roles": document(o.roles()...),
		"runner": document(o.runner(ground{})...), "boundary": boundaryPolicy(name, at),
	}
}

// boundaryPolicy is the most that the roles may do, whatever policies they get. It depends on
// the deployment's name and region alone: another experiment needs no other one, and what
// deploy --policy prints is what deploy makes.
func boundaryPolicy(name string, at Place) string {
	at.Account = "*"
	var all []string
	for _, i := range catalog.Instances() {
		all = append(all, i.Name)
	}
	o := operators{name, at, Families(all)}
	return document(append(o.runner(ground{}), functionLog(at, logGroup(name)))...)
}

// A ground is the network that instances may be launched in, as far as it is known.
type ground struct {
	vpc     string   // "": any
	subnets []string // empty: all of the VPC
}

// ground of a deployment whose network has been found.
func (f *Found) ground() ground { return ground{f.VPC, strings.Fields(f.chosen)} }

// operators makes the statements of a deployment's operators.
type operators struct {
	name  string
	at    Place
	types []string // that may be launched
}

// when is a condition that a key has one of some values.
func when(key string, values ...string) map[string]map[string]any {
	if len(values) == 1 {
		return map[string]map[string]any{"StringEquals": {key: values[0]}}
	}
	return map[string]map[string]any{"StringEquals": {key: values}}
}

// own is the condition that something belongs to the deployment.
func (o operators) own() map[string]map[string]any {
	return when("aws:ResourceTag/cnv:deployment", o.name)
}

// look is what both may look at.
func (o operators) look() Statement {
	return Statement{Sid: "Look", Action: []string{
		"ec2:DescribeInstances", "ec2:DescribeImages", "ec2:DescribeVpcs", "ec2:DescribeSubnets", "ec2:DescribeSecurityGroups",
		"ec2:DescribeSnapshots", "ec2:DescribeVolumes", "ec2:DescribeNetworkInterfaces", "lambda:GetAccountSettings",
		"iam:GetRole", "iam:GetRolePolicy", "iam:GetInstanceProfile", "iam:GetPolicy", "iam:GetPolicyVersion", "logs:DescribeLogGroups",
		"scheduler:GetScheduleGroup", "scheduler:ListTagsForResource",
	}, Resource: []string{"*"}}
}

// launch is what both need to launch instances and to end them: the instances, and what they
// are launched with, which differs.
func (o operators) launch(with ...Statement) []Statement {
	at := o.at
	return slices.Concat([]Statement{
		{Sid: "Launch", Action: []string{"ec2:RunInstances"}, Resource: []string{at.arn("ec2", "instance/*")}, Condition: map[string]map[string]any{"StringEquals": {
			"aws:RequestTag/cnv:deployment": o.name, "ec2:MetadataHttpTokens": "required",
		}, "StringLike": {"ec2:InstanceType": o.types}}},
	}, with, []Statement{
		{Sid: "TagAtLaunch", Action: []string{"ec2:CreateTags"}, Resource: []string{at.arn("ec2", "*/*")}, Condition: when("ec2:CreateAction", "RunInstances")},
		{Sid: "Own", Action: []string{"ec2:TerminateInstances"}, Resource: []string{"*"}, Condition: o.own()},
	})
}

// mostVolumeGB is the size of the largest volume of a worker, GiB: images of Amazon Linux 2023 have 8.
const mostVolumeGB = "16"

// uses is what a runner launches instances with: images and security groups of the deployment
// alone, small volumes of the images' type, and the subnets, as far as they are known. The keys
// of volumes may be missing from a request that leaves volumes to the image.
func (o operators) uses(on ground) []Statement {
	at, run := o.at, []string{"ec2:RunInstances"}
	var within map[string]map[string]any // a VPC, which may be shared by another account
	if on.vpc != "" {
		vpc := at
		vpc.Account = "*"
		within = map[string]map[string]any{"ArnLike": {"ec2:Vpc": vpc.arn("ec2", "vpc/"+on.vpc)}}
	}
	subnets := []string{at.arn("ec2", "network-interface/*")}
	for _, id := range on.subnets {
		subnets = append(subnets, at.arn("ec2", "subnet/"+id))
	}
	if len(on.subnets) == 0 {
		subnets = append(subnets, at.arn("ec2", "subnet/*"))
	}
	return []Statement{
		{Sid: "LaunchVolumes", Action: run, Resource: []string{at.arn("ec2", "volume/*")}, Condition: map[string]map[string]any{
			"StringEqualsIfExists": {"ec2:VolumeType": "gp3"}, "NumericLessThanEqualsIfExists": {"ec2:VolumeSize": mostVolumeGB},
		}},
		{Sid: "LaunchOwn", Action: run, Resource: []string{at.anybodys("image/*"), at.arn("ec2", "security-group/*")}, Condition: o.own()},
		{Sid: "LaunchInto", Action: run, Resource: subnets, Condition: within},
		{Sid: "LaunchSpot", Action: run, Resource: []string{at.arn("ec2", "spot-instances-request/*")}},
	}
}

// runner is what the gateway needs, and who runs live beside it.
func (o operators) runner(on ground) []Statement {
	at, name := o.at, o.name
	function, code := at.arn("lambda", "function:"+Function(name)), at.arn("lambda", "function:"+gateway(name))
	return slices.Concat([]Statement{o.look()}, o.launch(o.uses(on)...), []Statement{
		{Sid: "Call", Action: []string{"lambda:InvokeFunction", "lambda:GetFunction", "lambda:ListTags", "lambda:ListVersionsByFunction", "lambda:GetProvisionedConcurrencyConfig", "lambda:PutProvisionedConcurrencyConfig", "lambda:DeleteProvisionedConcurrencyConfig"}, Resource: []string{function, function + ":*"}},
		{Sid: "LookAtCode", Action: []string{"lambda:GetFunction", "lambda:ListTags", "lambda:GetFunctionConcurrency"}, Resource: []string{code}},
		{Sid: "Log", Action: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, Resource: []string{at.arn("logs", "log-group:"+gatewayLog(name)+":*")}},
		{Sid: "Deadline", Action: []string{"scheduler:CreateSchedule", "scheduler:UpdateSchedule", "scheduler:DeleteSchedule"}, Resource: []string{at.arn("scheduler", "schedule/"+Schedules(name)+"/*")}},
		{Sid: "PassDeadline", Action: []string{"iam:PassRole"}, Resource: []string{at.iam("role/" + deadline(name, at.Region))}, Condition: when("iam:PassedToService", schedulerService)},
		{Sid: "Items", Action: []string{"dynamodb:GetItem", "dynamodb:Query", "dynamodb:BatchWriteItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive", "dynamodb:ListTagsOfResource"}, Resource: []string{at.arn("dynamodb", "table/"+Table(name))}},
	})
}

// deployer is what a deployer needs of all services but for roles. It launches builders from
// images of Amazon, and tries launches before there are security groups.
func (o operators) deployer() []Statement {
	at, name := o.at, o.name
	function, code := at.arn("lambda", "function:"+Function(name)), at.arn("lambda", "function:"+gateway(name))
	made := []string{at.anybodys("image/*"), at.anybodys("snapshot/*")}
	uses := Statement{Sid: "LaunchUses", Action: []string{"ec2:RunInstances"}, Resource: []string{
		at.anybodys("image/*"), at.arn("ec2", "volume/*"), at.arn("ec2", "subnet/*"), at.arn("ec2", "network-interface/*"), at.arn("ec2", "security-group/*"), at.arn("ec2", "spot-instances-request/*"),
	}}
	return slices.Concat([]Statement{o.look()}, o.launch(uses), []Statement{
		{Sid: "Check", Action: []string{"ec2:DescribeRegions", "ec2:DescribeInstanceTypes", "ec2:DescribeInstanceTypeOfferings", "ec2:DescribeRouteTables", "ec2:DescribeAccountAttributes", "servicequotas:GetServiceQuota"}, Resource: []string{"*"}},
		{Sid: "Network", Action: []string{"ec2:CreateSecurityGroup"}, Resource: []string{at.arn("ec2", "security-group/*"), at.arn("ec2", "vpc/*")}},
		{Sid: "Image", Action: []string{"ec2:CreateImage"}, Resource: made, Condition: when("aws:RequestTag/cnv:deployment", name)},
		{Sid: "ImageOfOwn", Action: []string{"ec2:CreateImage"}, Resource: []string{at.arn("ec2", "instance/*")}, Condition: o.own()},
		{Sid: "TagAtCreation", Action: []string{"ec2:CreateTags"}, Resource: append(slices.Clone(made), at.arn("ec2", "security-group/*")), Condition: when("ec2:CreateAction", "CreateImage", "CreateSecurityGroup")},
		{Sid: "OwnResources", Action: []string{"ec2:DeregisterImage", "ec2:DeleteSnapshot", "ec2:DeleteVolume", "ec2:DeleteNetworkInterface", "ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress", "ec2:DeleteSecurityGroup", "ec2:CreateTags", "ec2:GetConsoleOutput"}, Resource: []string{"*"}, Condition: o.own()},
		{Sid: "Function", Action: []string{"lambda:CreateFunction", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration", "lambda:GetFunction", "lambda:GetFunctionConcurrency", "lambda:ListVersionsByFunction", "lambda:PublishVersion", "lambda:PutFunctionConcurrency", "lambda:DeleteFunctionConcurrency", "lambda:ListProvisionedConcurrencyConfigs", "lambda:DeleteFunction", "lambda:TagResource", "lambda:ListTags"}, Resource: []string{function, function + ":*", code}},
		{Sid: "Table", Action: []string{"dynamodb:CreateTable", "dynamodb:DescribeTable", "dynamodb:DeleteTable", "dynamodb:UpdateTimeToLive", "dynamodb:DescribeTimeToLive", "dynamodb:ListTagsOfResource", "dynamodb:TagResource"}, Resource: []string{at.arn("dynamodb", "table/"+Table(name))}},
		{Sid: "Schedules", Action: []string{"scheduler:CreateScheduleGroup", "scheduler:TagResource", "scheduler:DeleteScheduleGroup", "scheduler:DeleteSchedule"}, Resource: []string{at.arn("scheduler", "schedule-group/"+Schedules(name)), at.arn("scheduler", "schedule/"+Schedules(name)+"/*")}},
		{Sid: "Logs", Action: []string{"logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:PutRetentionPolicy", "logs:TagResource"}, Resource: []string{at.arn("logs", "log-group:"+logGroup(name)), at.arn("logs", "log-group:"+logGroup(name)+":*"), at.arn("logs", "log-group:"+gatewayLog(name)+"*")}},
	})
}

// roles is what a deployer needs of IAM. Roles come with the boundary and get policies and
// another boundary only while they have it: a deployer cannot make a role that may do more than
// the boundary. (StringLike: the account may be any; the key is a text, not an ARN.)
func (o operators) roles() []Statement {
	at, name := o.at, o.name
	roleARN, gatewayARN := at.iam("role/"+role(name, at.Region)), at.iam("role/"+runner(name, at.Region))
	all, bounds := []string{roleARN, gatewayARN, at.iam("role/" + deadline(name, at.Region))}, at.iam("policy/"+boundary(name, at.Region))
	return []Statement{
		{Sid: "Boundary", Action: []string{"iam:CreatePolicy", "iam:TagPolicy", "iam:CreatePolicyVersion", "iam:ListPolicyVersions", "iam:DeletePolicyVersion", "iam:DeletePolicy"}, Resource: []string{bounds}},
		{Sid: "BoundRole", Action: []string{"iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"}, Resource: all, Condition: map[string]map[string]any{"StringLike": {"iam:PermissionsBoundary": bounds}}},
		{Sid: "Role", Action: []string{"iam:TagRole", "iam:DeleteRolePolicy", "iam:DeleteRole"}, Resource: all},
		{Sid: "Profile", Action: []string{"iam:CreateInstanceProfile", "iam:TagInstanceProfile", "iam:AddRoleToInstanceProfile", "iam:RemoveRoleFromInstanceProfile", "iam:DeleteInstanceProfile"}, Resource: []string{at.iam("instance-profile/" + runner(name, at.Region))}},
		{Sid: "PassGatewayRole", Action: []string{"iam:PassRole"}, Resource: []string{gatewayARN}, Condition: when("iam:PassedToService", at.ec2Service())},
		{Sid: "PassRole", Action: []string{"iam:PassRole"}, Resource: []string{roleARN}, Condition: when("iam:PassedToService", lambdaService)},
	}
}
