package deploy

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// trustLambda lets the Lambda service take on a role.
const trustLambda = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`

// trustEC2 lets instances take on a role.
const trustEC2 = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`

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

// accountOf is the account in an ARN; * if it has none.
func accountOf(arn string) string {
	if parts := strings.Split(arn, ":"); len(parts) > 4 && parts[4] != "" {
		return parts[4]
	}
	return "*"
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
	account := accountOf(roleARN)
	return document(Statement{Action: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, Resource: []string{"arn:aws:logs:*:" + account + ":log-group:" + group + ":*"}})
}

// Policies are what the two kinds of operators of a deployment need, by name,
// as IAM policy documents: "deployer" makes and removes it, "runner" (the
// gateway) launches workers, calls the function and uses the table, and cannot
// touch roles, images or code. Never tried on AWS: nothing here enforces them.
func Policies(name, region, account string, types []string) map[string]string {
	in := func(service, what string) string {
		return "arn:aws:" + service + ":" + region + ":" + account + ":" + what
	}
	when := func(key string, values ...string) map[string]map[string]any {
		if len(values) == 1 {
			return map[string]map[string]any{"StringEquals": {key: values[0]}}
		}
		return map[string]map[string]any{"StringEquals": {key: values}}
	}
	own := when("aws:ResourceTag/cnv:deployment", name)
	launch := []Statement{
		{Sid: "Launch", Action: []string{"ec2:RunInstances"}, Resource: []string{in("ec2", "instance/*")}, Condition: map[string]map[string]any{"StringEquals": {
			"aws:RequestTag/cnv:deployment": name, "ec2:InstanceType": types, "ec2:MetadataHttpTokens": "required",
		}}},
		{Sid: "LaunchVolumes", Action: []string{"ec2:RunInstances"}, Resource: []string{in("ec2", "volume/*")}},
		{Sid: "LaunchUses", Action: []string{"ec2:RunInstances"}, Resource: []string{
			"arn:aws:ec2:" + region + "::image/*", in("ec2", "subnet/*"), in("ec2", "network-interface/*"), in("ec2", "security-group/*"), in("ec2", "spot-instances-request/*"),
		}},
		{Sid: "TagAtLaunch", Action: []string{"ec2:CreateTags"}, Resource: []string{in("ec2", "*/*")}, Condition: when("ec2:CreateAction", "RunInstances")},
		{Sid: "Own", Action: []string{"ec2:TerminateInstances", "ec2:GetConsoleOutput"}, Resource: []string{"*"}, Condition: own},
	}
	look := Statement{Sid: "Look", Action: []string{
		"ec2:DescribeInstances", "ec2:DescribeImages", "ec2:DescribeVpcs", "ec2:DescribeSubnets", "ec2:DescribeSecurityGroups",
		"ec2:DescribeSnapshots", "ec2:DescribeVolumes", "ec2:DescribeNetworkInterfaces", "ec2:DescribeInstanceTypes", "ec2:DescribeAccountAttributes",
		"lambda:GetAccountSettings", "servicequotas:GetServiceQuota", "iam:GetRole", "iam:GetRolePolicy", "iam:GetInstanceProfile", "logs:DescribeLogGroups",
	}, Resource: []string{"*"}}
	function, table := in("lambda", "function:"+Function(name)), in("dynamodb", "table/"+Table(name))
	code, gatewayARN, profile := in("lambda", "function:"+gateway(name)), "arn:aws:iam::"+account+":role/"+gateway(name), "arn:aws:iam::"+account+":instance-profile/"+gateway(name)
	runner := append([]Statement{look}, launch...)
	runner = append(runner,
		Statement{Sid: "Call", Action: []string{"lambda:InvokeFunction", "lambda:GetFunction", "lambda:ListVersionsByFunction", "lambda:GetProvisionedConcurrencyConfig", "lambda:PutProvisionedConcurrencyConfig", "lambda:DeleteProvisionedConcurrencyConfig"}, Resource: []string{function, function + ":*"}},
		Statement{Sid: "LookAtCode", Action: []string{"lambda:GetFunction", "lambda:GetFunctionConcurrency"}, Resource: []string{code}},
		Statement{Sid: "Items", Action: []string{"dynamodb:GetItem", "dynamodb:Query", "dynamodb:BatchWriteItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive", "dynamodb:ListTagsOfResource"}, Resource: []string{table}},
	)
	made := []string{"arn:aws:ec2:" + region + "::image/*", "arn:aws:ec2:" + region + "::snapshot/*"}
	roleARN := "arn:aws:iam::" + account + ":role/" + role(name)
	deployer := append([]Statement{look}, launch...)
	deployer = append(deployer,
		Statement{Sid: "Network", Action: []string{"ec2:CreateSecurityGroup"}, Resource: []string{in("ec2", "security-group/*"), in("ec2", "vpc/*")}},
		Statement{Sid: "Image", Action: []string{"ec2:CreateImage"}, Resource: made, Condition: when("aws:RequestTag/cnv:deployment", name)},
		Statement{Sid: "ImageOfOwn", Action: []string{"ec2:CreateImage"}, Resource: []string{in("ec2", "instance/*")}, Condition: own},
		Statement{Sid: "TagAtCreation", Action: []string{"ec2:CreateTags"}, Resource: append(slices.Clone(made), in("ec2", "security-group/*")), Condition: when("ec2:CreateAction", "CreateImage", "CreateSecurityGroup")},
		Statement{Sid: "OwnResources", Action: []string{"ec2:DeregisterImage", "ec2:DeleteSnapshot", "ec2:DeleteVolume", "ec2:DeleteNetworkInterface", "ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress", "ec2:DeleteSecurityGroup", "ec2:CreateTags"}, Resource: []string{"*"}, Condition: own},
		Statement{Sid: "Function", Action: []string{"lambda:CreateFunction", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration", "lambda:GetFunction", "lambda:GetFunctionConcurrency", "lambda:ListVersionsByFunction", "lambda:PublishVersion", "lambda:PutFunctionConcurrency", "lambda:DeleteFunctionConcurrency", "lambda:ListProvisionedConcurrencyConfigs", "lambda:DeleteFunction", "lambda:TagResource"}, Resource: []string{function, function + ":*", code}},
		Statement{Sid: "Role", Action: []string{"iam:CreateRole", "iam:TagRole", "iam:GetRole", "iam:PutRolePolicy", "iam:DeleteRolePolicy", "iam:DeleteRole"}, Resource: []string{roleARN, gatewayARN}},
		Statement{Sid: "Profile", Action: []string{"iam:CreateInstanceProfile", "iam:TagInstanceProfile", "iam:AddRoleToInstanceProfile", "iam:RemoveRoleFromInstanceProfile", "iam:DeleteInstanceProfile"}, Resource: []string{profile}},
		Statement{Sid: "PassGatewayRole", Action: []string{"iam:PassRole"}, Resource: []string{gatewayARN}, Condition: when("iam:PassedToService", "ec2.amazonaws.com")},
		Statement{Sid: "PassRole", Action: []string{"iam:PassRole"}, Resource: []string{roleARN}, Condition: when("iam:PassedToService", "lambda.amazonaws.com")},
		Statement{Sid: "Table", Action: []string{"dynamodb:CreateTable", "dynamodb:DescribeTable", "dynamodb:DeleteTable", "dynamodb:UpdateTimeToLive", "dynamodb:DescribeTimeToLive", "dynamodb:ListTagsOfResource", "dynamodb:TagResource"}, Resource: []string{table}},
		Statement{Sid: "Logs", Action: []string{"logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:PutRetentionPolicy", "logs:TagResource"}, Resource: []string{in("logs", "log-group:"+logGroup(name)), in("logs", "log-group:"+logGroup(name)+":*"), in("logs", "log-group:"+logGroup(name)+"-gateway:*")}},
	)
	return map[string]string{"deployer": document(deployer...), "runner": document(runner...)}
}
