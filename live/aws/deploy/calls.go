package deploy

// Looks are the calls that Find makes: none changes anything, none costs.
var Looks = []string{
	"EC2 DescribeVpcs", "EC2 DescribeSubnets", "EC2 DescribeSecurityGroups", "EC2 DescribeImages", "EC2 DescribeInstances",
	"EC2 DescribeSnapshots", "EC2 DescribeVolumes", "EC2 DescribeNetworkInterfaces",
	"IAM GetRole", "IAM GetRolePolicy", "IAM GetInstanceProfile", "IAM GetPolicy", "IAM GetPolicyVersion", "STS GetCallerIdentity", "CloudWatch Logs DescribeLogGroups",
	"Lambda GetFunction", "Lambda GetFunctionConcurrency", "Lambda ListVersionsByFunction", "Lambda GetAccountSettings",
	"Scheduler GetScheduleGroup", "Scheduler ListTagsForResource",
	"DynamoDB DescribeTable", "DynamoDB DescribeTimeToLive", "DynamoDB ListTagsOfResource",
}

// Checks are the calls that Doctor makes beside them; those that would change
// something are dry runs.
var Checks = []string{
	"IAM SimulatePrincipalPolicy", "EC2 DescribeInstanceTypes", "EC2 DescribeInstanceTypeOfferings", "EC2 DescribeRouteTables", "EC2 DescribeInstances", "EC2 DescribeAccountAttributes", "Service Quotas GetServiceQuota",
	"EC2 RunInstances (dry run)", "EC2 CreateSecurityGroup (dry run)", "EC2 TerminateInstances (dry run)", "EC2 CreateTags (dry run)", "EC2 CreateImage (dry run)",
	"Lambda Invoke (dry run)", "Lambda UpdateFunctionCode (dry run)",
}
