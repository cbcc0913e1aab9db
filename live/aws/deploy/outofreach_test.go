package deploy

import (
	"testing"

	"cnv/live/aws"
	rules "cnv/live/local/iam"
)

// TestOperatorsMayNotMore: what is not of the deployment, or not as it is launched, is out of
// reach of both operators.
func TestOperatorsMayNotMore(t *testing.T) {
	const place = "us-east-1:123456789012:"
	own, other := map[string]string{aws.TagDeployment: "test"}, map[string]string{aws.TagDeployment: "other"}
	launch := func(kind, tokens string, tags map[string]string) map[string][]string {
		out := map[string][]string{"ec2:InstanceType": {kind}, "ec2:MetadataHttpTokens": {tokens}}
		rules.Tagged(out, tags)
		return out
	}
	of := func(tags map[string]string) map[string][]string {
		return map[string][]string{"aws:ResourceTag/" + aws.TagDeployment: {tags[aws.TagDeployment]}}
	}
	bound := func(policy string) map[string][]string {
		return map[string][]string{"iam:PermissionsBoundary": {"arn:aws:iam::123456789012:policy/" + policy}}
	}
	for _, x := range []struct {
		about            string
		action, resource string
		context          map[string][]string
		deployer, runner bool
	}{
		{"a launch", "ec2:RunInstances", "arn:aws:ec2:" + place + "instance/*", launch("c7g.large", "required", own), true, true},
		{"of another type", "ec2:RunInstances", "arn:aws:ec2:" + place + "instance/*", launch("p5.48xlarge", "required", own), false, false},
		{"without tags", "ec2:RunInstances", "arn:aws:ec2:" + place + "instance/*", launch("c7g.large", "required", nil), false, false},
		{"of another deployment", "ec2:RunInstances", "arn:aws:ec2:" + place + "instance/*", launch("c7g.large", "required", other), false, false},
		{"whose metadata needs no token", "ec2:RunInstances", "arn:aws:ec2:" + place + "instance/*", launch("c7g.large", "optional", own), false, false},
		{"the end of an instance", "ec2:TerminateInstances", "arn:aws:ec2:" + place + "instance/i-1", of(own), true, true},
		{"of another deployment", "ec2:TerminateInstances", "arn:aws:ec2:" + place + "instance/i-1", of(other), false, false},
		{"tags of somebody's instance", "ec2:CreateTags", "arn:aws:ec2:" + place + "instance/i-1", of(other), false, false},
		{"an image", "ec2:DeregisterImage", "arn:aws:ec2:us-east-1::image/ami-1", of(own), true, false},
		{"an image of somebody", "ec2:DeregisterImage", "arn:aws:ec2:us-east-1::image/ami-1", of(other), false, false},
		{"another region", "lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:123456789012:function:cnv-test:1", nil, false, false},
		{"the function", "lambda:InvokeFunction", "arn:aws:lambda:" + place + "function:cnv-test:1", nil, false, true},
		{"another function", "lambda:InvokeFunction", "arn:aws:lambda:" + place + "function:cnv-tests:1", nil, false, false},
		{"the gateway's package", "lambda:UpdateFunctionCode", "arn:aws:lambda:" + place + "function:cnv-test-gateway", nil, true, false},
		{"the table", "dynamodb:DeleteTable", "arn:aws:dynamodb:" + place + "table/cnv-test", nil, true, false},
		{"its items", "dynamodb:GetItem", "arn:aws:dynamodb:" + place + "table/cnv-test", nil, false, true},
		{"another table", "dynamodb:GetItem", "arn:aws:dynamodb:" + place + "table/cnv-other", nil, false, false},
		{"the function's role to Lambda", "iam:PassRole", "arn:aws:iam::123456789012:role/cnv-test-us-east-1-function", map[string][]string{"iam:PassedToService": {"lambda.amazonaws.com"}}, true, false},
		{"the gateway's role to Lambda", "iam:PassRole", "arn:aws:iam::123456789012:role/cnv-test-us-east-1-gateway", map[string][]string{"iam:PassedToService": {"lambda.amazonaws.com"}}, false, false},
		{"the deadline role to schedules", "iam:PassRole", "arn:aws:iam::123456789012:role/cnv-test-us-east-1-deadline", map[string][]string{"iam:PassedToService": {"scheduler.amazonaws.com"}}, false, true},
		{"the deadline role to instances", "iam:PassRole", "arn:aws:iam::123456789012:role/cnv-test-us-east-1-deadline", map[string][]string{"iam:PassedToService": {"ec2.amazonaws.com"}}, false, false},
		{"the gateway's role to schedules", "iam:PassRole", "arn:aws:iam::123456789012:role/cnv-test-us-east-1-gateway", map[string][]string{"iam:PassedToService": {"scheduler.amazonaws.com"}}, false, false},
		{"a schedule of its group", "scheduler:CreateSchedule", "arn:aws:scheduler:" + place + "schedule/cnv-test/x", nil, false, true},
		{"a schedule of another group", "scheduler:CreateSchedule", "arn:aws:scheduler:" + place + "schedule/default/x", nil, false, false},
		{"its group", "scheduler:DeleteScheduleGroup", "arn:aws:scheduler:" + place + "schedule-group/cnv-test", nil, true, false},
		{"another region's role", "iam:PutRolePolicy", "arn:aws:iam::123456789012:role/cnv-test-eu-west-1-function", bound("cnv-test-us-east-1-boundary"), false, false},
		{"an administrator's role", "iam:PassRole", "arn:aws:iam::123456789012:role/admin", map[string][]string{"iam:PassedToService": {"ec2.amazonaws.com"}}, false, false},
		{"a policy of its own role", "iam:PutRolePolicy", "arn:aws:iam::123456789012:role/cnv-test-us-east-1-gateway", bound("cnv-test-us-east-1-boundary"), true, false},
		{"of a role without a boundary", "iam:PutRolePolicy", "arn:aws:iam::123456789012:role/cnv-test-us-east-1-gateway", nil, false, false},
		{"of a role with another boundary", "iam:PutRolePolicy", "arn:aws:iam::123456789012:role/cnv-test-us-east-1-gateway", bound("all"), false, false},
		{"a role", "iam:CreateRole", "arn:aws:iam::123456789012:role/cnv-test-us-east-1-function", bound("cnv-test-us-east-1-boundary"), true, false},
		{"without a boundary", "iam:CreateRole", "arn:aws:iam::123456789012:role/cnv-test-us-east-1-function", nil, false, false},
		{"with another boundary", "iam:CreateRole", "arn:aws:iam::123456789012:role/cnv-test-us-east-1-function", bound("cnv-tests-us-east-1-boundary"), false, false},
		{"another boundary", "iam:PutRolePermissionsBoundary", "arn:aws:iam::123456789012:role/cnv-test-us-east-1-function", bound("all"), false, false},
		{"no boundary", "iam:DeleteRolePermissionsBoundary", "arn:aws:iam::123456789012:role/cnv-test-us-east-1-function", bound("cnv-test-us-east-1-boundary"), false, false},
		{"another policy", "iam:CreatePolicy", "arn:aws:iam::123456789012:policy/all", nil, false, false},
		{"a launch of its image", "ec2:RunInstances", "arn:aws:ec2:us-east-1::image/ami-1", of(own), true, true},
		{"of somebody's image", "ec2:RunInstances", "arn:aws:ec2:us-east-1::image/ami-1", of(other), true, false},
		{"in its group", "ec2:RunInstances", "arn:aws:ec2:" + place + "security-group/sg-1", of(own), true, true},
		{"in another group", "ec2:RunInstances", "arn:aws:ec2:" + place + "security-group/sg-1", of(nil), true, false},
		{"with a volume", "ec2:RunInstances", "arn:aws:ec2:" + place + "volume/*", map[string][]string{"ec2:VolumeType": {"gp3"}, "ec2:VolumeSize": {"8"}}, true, true},
		{"as the image has it", "ec2:RunInstances", "arn:aws:ec2:" + place + "volume/*", nil, true, true},
		{"with a large volume", "ec2:RunInstances", "arn:aws:ec2:" + place + "volume/*", map[string][]string{"ec2:VolumeType": {"gp3"}, "ec2:VolumeSize": {"100"}}, true, false},
		{"with a dear volume", "ec2:RunInstances", "arn:aws:ec2:" + place + "volume/*", map[string][]string{"ec2:VolumeType": {"io2"}, "ec2:VolumeSize": {"8"}}, true, false},
		{"a user", "iam:CreateUser", "arn:aws:iam::123456789012:user/x", nil, false, false},
	} {
		for who, want := range map[string]bool{"deployer": x.deployer, "runner": x.runner} {
			all := Policies("test", In("us-east-1", "123456789012"), []string{"c7g.large"})
			got := rules.Policies{Identity: parsed(t, all[who], all[who+"-roles"])}.Evaluate(rules.Request{Action: x.action, Resource: x.resource, Context: x.context})
			if (got.Effect == rules.Allow) != want {
				t.Errorf("the %s, %s: %s of %s: %v by %q, want %v", who, x.about, x.action, x.resource, got.Effect, got.Sid, want)
			}
		}
	}
}

// unlessCode is an error, unless it is of a code.
func unlessCode(err error, code string) error {
	if errorCode(err) == code {
		return nil
	}
	return err
}
