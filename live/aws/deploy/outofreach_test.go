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
		{"the function's role to Lambda", "iam:PassRole", "arn:aws:iam::123456789012:role/cnv-test-function", map[string][]string{"iam:PassedToService": {"lambda.amazonaws.com"}}, true, false},
		{"the gateway's role to Lambda", "iam:PassRole", "arn:aws:iam::123456789012:role/cnv-test-gateway", map[string][]string{"iam:PassedToService": {"lambda.amazonaws.com"}}, false, false},
		{"an administrator's role", "iam:PassRole", "arn:aws:iam::123456789012:role/admin", map[string][]string{"iam:PassedToService": {"ec2.amazonaws.com"}}, false, false},
		{"a policy of its own role", "iam:PutRolePolicy", "arn:aws:iam::123456789012:role/cnv-test-gateway", nil, true, false},
		{"a user", "iam:CreateUser", "arn:aws:iam::123456789012:user/x", nil, false, false},
	} {
		for who, want := range map[string]bool{"deployer": x.deployer, "runner": x.runner} {
			document, err := rules.Parse(Policies("test", In("us-east-1", "123456789012"), []string{"c7g.large"})[who])
			if err != nil {
				t.Fatal(err)
			}
			got := rules.Policies{Identity: []*rules.Document{document}}.Evaluate(rules.Request{Action: x.action, Resource: x.resource, Context: x.context})
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
