package deploy

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"cnv/policy/catalog"
)

// lambdaService takes on the function's role.
const lambdaService = "lambda.amazonaws.com"

// ec2Service takes on the gateway's role for its instance. AWS in China names it otherwise.
func (p Place) ec2Service() string {
	if p.Partition == "aws-cn" {
		return "ec2.amazonaws.com.cn"
	}
	return "ec2.amazonaws.com"
}

// trusted is the document that lets a service take on a role.
func trusted(service string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"` + service + `"},"Action":"sts:AssumeRole"}]}`
}

// The names of the policies that the roles have.
const (
	logsPolicy   = "logs"
	runnerPolicy = "runner"
)

// samePolicy compares documents, but for white space.
func samePolicy(a, b string) bool {
	var one, other bytes.Buffer
	return json.Compact(&one, []byte(a)) == nil && json.Compact(&other, []byte(b)) == nil && bytes.Equal(one.Bytes(), other.Bytes())
}

// A Place is where the resources of a deployment are: what their ARNs begin with.
type Place struct {
	Partition string // aws, aws-cn, aws-us-gov
	Region    string // *: any
	Account   string // *: any
}

// In is the place of an account in a region, where no ARN of the account is known.
func In(region, account string) Place {
	return Place{catalog.Partition(region), region, account}
}

// placeOf is the place of what belongs to the account of an ARN, such as a role's.
func placeOf(arn, region string) Place {
	p := In(region, "*")
	if parts := strings.Split(arn, ":"); len(parts) > 4 && parts[1] != "" && parts[4] != "" {
		p.Partition, p.Account = parts[1], parts[4]
	}
	return p
}

// arn names a resource of the account in the region.
func (p Place) arn(service, what string) string {
	return strings.Join([]string{"arn", p.Partition, service, p.Region, p.Account, what}, ":")
}

// iam names a resource of IAM, which has no regions.
func (p Place) iam(what string) string {
	return strings.Join([]string{"arn", p.Partition, "iam", "", p.Account, what}, ":")
}

// anybodys names resources of EC2 that have no account in their ARN.
func (p Place) anybodys(what string) string {
	return strings.Join([]string{"arn", p.Partition, "ec2", p.Region, "", what}, ":")
}

// A Statement of an IAM policy.
type Statement struct {
	Sid       string                    `json:",omitempty"`
	Effect    string                    // Allow
	Action    []string                  //
	Resource  []string                  //
	Condition map[string]map[string]any `json:",omitempty"`
}

func document(statements ...Statement) string {
	for i := range statements {
		statements[i].Effect = "Allow"
	}
	text, _ := json.MarshalIndent(struct { // strings and maps of strings: cannot fail
		Version   string
		Statement []Statement
	}{"2012-10-17", statements}, "", "  ")
	return string(text)
}

// functionPolicy lets the function write to its log group.
func functionPolicy(roleARN, group string) string {
	return document(Statement{Action: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, Resource: []string{placeOf(roleARN, "*").arn("logs", "log-group:"+group+":*")}})
}

// Families are patterns of the instance types that are of the same families: a list of all
// types of the catalog would be longer than IAM takes.
func Families(types []string) []string {
	var out []string
	for _, t := range types {
		family, _, _ := strings.Cut(t, ".")
		out = append(out, family+".*")
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Policies are what the two kinds of operators of a deployment need, by name,
// as IAM policy documents: "deployer" makes and removes it, "runner" (the
// gateway) launches workers, calls the function and uses the table, and cannot
// touch roles, images or code. The types of instances that may be launched are names
// or patterns such as c7g.*; see Families. Never tried on AWS: live/local enforces them as AWS
// documents it.
func Policies(name string, at Place, types []string) map[string]string {
	when := func(key string, values ...string) map[string]map[string]any {
		if len(values) == 1 {
			return map[string]map[string]any{"StringEquals": {key: values[0]}}
		}
		return map[string]map[string]any{"StringEquals": {key: values}}
	}
	own := when("aws:ResourceTag/cnv:deployment", name)
	launch := []Statement{
		{Sid: "Launch", Action: []string{"ec2:RunInstances"}, Resource: []string{at.arn("ec2", "instance/*")}, Condition: map[string]map[string]any{"StringEquals": {
			"aws:RequestTag/cnv:deployment": name, "ec2:MetadataHttpTokens": "required",
		}, "StringLike": {"ec2:InstanceType": types}}},
		{Sid: "LaunchVolumes", Action: []string{"ec2:RunInstances"}, Resource: []string{at.arn("ec2", "volume/*")}},
		{Sid: "LaunchUses", Action: []string{"ec2:RunInstances"}, Resource: []string{
			at.anybodys("image/*"), at.arn("ec2", "subnet/*"), at.arn("ec2", "network-interface/*"), at.arn("ec2", "security-group/*"), at.arn("ec2", "spot-instances-request/*"),
		}},
		{Sid: "TagAtLaunch", Action: []string{"ec2:CreateTags"}, Resource: []string{at.arn("ec2", "*/*")}, Condition: when("ec2:CreateAction", "RunInstances")},
		{Sid: "Own", Action: []string{"ec2:TerminateInstances"}, Resource: []string{"*"}, Condition: own},
	}
	look := Statement{Sid: "Look", Action: []string{
		"ec2:DescribeInstances", "ec2:DescribeImages", "ec2:DescribeVpcs", "ec2:DescribeSubnets", "ec2:DescribeSecurityGroups",
		"ec2:DescribeSnapshots", "ec2:DescribeVolumes", "ec2:DescribeNetworkInterfaces", "lambda:GetAccountSettings", "iam:GetRole", "iam:GetRolePolicy", "iam:GetInstanceProfile", "logs:DescribeLogGroups",
	}, Resource: []string{"*"}}
	function, table := at.arn("lambda", "function:"+Function(name)), at.arn("dynamodb", "table/"+Table(name))
	code, gatewayARN, profile := at.arn("lambda", "function:"+gateway(name)), at.iam("role/"+gateway(name)), at.iam("instance-profile/"+gateway(name))
	runner := append([]Statement{look}, launch...)
	runner = append(runner,
		Statement{Sid: "Call", Action: []string{"lambda:InvokeFunction", "lambda:GetFunction", "lambda:ListTags", "lambda:ListVersionsByFunction", "lambda:GetProvisionedConcurrencyConfig", "lambda:PutProvisionedConcurrencyConfig", "lambda:DeleteProvisionedConcurrencyConfig"}, Resource: []string{function, function + ":*"}},
		Statement{Sid: "LookAtCode", Action: []string{"lambda:GetFunction", "lambda:ListTags", "lambda:GetFunctionConcurrency"}, Resource: []string{code}},
		Statement{Sid: "Log", Action: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, Resource: []string{at.arn("logs", "log-group:"+gatewayLog(name)+":*")}},
		Statement{Sid: "Items", Action: []string{"dynamodb:GetItem", "dynamodb:Query", "dynamodb:BatchWriteItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive", "dynamodb:ListTagsOfResource"}, Resource: []string{table}},
	)
	made := []string{at.anybodys("image/*"), at.anybodys("snapshot/*")}
	roleARN := at.iam("role/" + role(name))
	deployer := append([]Statement{look}, launch...)
	deployer = append(deployer,
		Statement{Sid: "Check", Action: []string{"ec2:DescribeRegions", "ec2:DescribeInstanceTypes", "ec2:DescribeInstanceTypeOfferings", "ec2:DescribeRouteTables", "ec2:DescribeAccountAttributes", "servicequotas:GetServiceQuota"}, Resource: []string{"*"}},
		Statement{Sid: "Network", Action: []string{"ec2:CreateSecurityGroup"}, Resource: []string{at.arn("ec2", "security-group/*"), at.arn("ec2", "vpc/*")}},
		Statement{Sid: "Image", Action: []string{"ec2:CreateImage"}, Resource: made, Condition: when("aws:RequestTag/cnv:deployment", name)},
		Statement{Sid: "ImageOfOwn", Action: []string{"ec2:CreateImage"}, Resource: []string{at.arn("ec2", "instance/*")}, Condition: own},
		Statement{Sid: "TagAtCreation", Action: []string{"ec2:CreateTags"}, Resource: append(slices.Clone(made), at.arn("ec2", "security-group/*")), Condition: when("ec2:CreateAction", "CreateImage", "CreateSecurityGroup")},
		Statement{Sid: "OwnResources", Action: []string{"ec2:DeregisterImage", "ec2:DeleteSnapshot", "ec2:DeleteVolume", "ec2:DeleteNetworkInterface", "ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress", "ec2:DeleteSecurityGroup", "ec2:CreateTags", "ec2:GetConsoleOutput"}, Resource: []string{"*"}, Condition: own},
		Statement{Sid: "Function", Action: []string{"lambda:CreateFunction", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration", "lambda:GetFunction", "lambda:GetFunctionConcurrency", "lambda:ListVersionsByFunction", "lambda:PublishVersion", "lambda:PutFunctionConcurrency", "lambda:DeleteFunctionConcurrency", "lambda:ListProvisionedConcurrencyConfigs", "lambda:DeleteFunction", "lambda:TagResource", "lambda:ListTags"}, Resource: []string{function, function + ":*", code}},
		Statement{Sid: "Role", Action: []string{"iam:CreateRole", "iam:TagRole", "iam:GetRole", "iam:PutRolePolicy", "iam:DeleteRolePolicy", "iam:DeleteRole"}, Resource: []string{roleARN, gatewayARN}},
		Statement{Sid: "Profile", Action: []string{"iam:CreateInstanceProfile", "iam:TagInstanceProfile", "iam:AddRoleToInstanceProfile", "iam:RemoveRoleFromInstanceProfile", "iam:DeleteInstanceProfile"}, Resource: []string{profile}},
		Statement{Sid: "PassGatewayRole", Action: []string{"iam:PassRole"}, Resource: []string{gatewayARN}, Condition: when("iam:PassedToService", at.ec2Service())},
		Statement{Sid: "PassRole", Action: []string{"iam:PassRole"}, Resource: []string{roleARN}, Condition: when("iam:PassedToService", lambdaService)},
		Statement{Sid: "Table", Action: []string{"dynamodb:CreateTable", "dynamodb:DescribeTable", "dynamodb:DeleteTable", "dynamodb:UpdateTimeToLive", "dynamodb:DescribeTimeToLive", "dynamodb:ListTagsOfResource", "dynamodb:TagResource"}, Resource: []string{table}},
		Statement{Sid: "Logs", Action: []string{"logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:PutRetentionPolicy", "logs:TagResource"}, Resource: []string{at.arn("logs", "log-group:"+logGroup(name)), at.arn("logs", "log-group:"+logGroup(name)+":*"), at.arn("logs", "log-group:"+gatewayLog(name)+"*")}},
	)
	return map[string]string{"deployer": document(deployer...), "runner": document(runner...)}
}
