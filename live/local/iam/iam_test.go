package iam

import (
	"fmt"
	"strings"
	"testing"
)

// policy is a document of statements.
func policy(t *testing.T, statements ...string) *Document {
	t.Helper()
	d, err := Parse(`{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

const (
	allowS3  = `{"Sid":"S3","Effect":"Allow","Action":"s3:*","Resource":"*"}`
	denyPut  = `{"Sid":"NoPut","Effect":"Deny","Action":"s3:PutObject","Resource":"*"}`
	allowGet = `{"Sid":"Get","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}`
)

// TestEvaluation: the order of AWS's evaluation logic: an explicit deny anywhere wins, what
// nobody allows is denied, and a permissions boundary only takes away.
func TestEvaluation(t *testing.T) {
	for _, x := range []struct {
		about              string
		identity, boundary []string
		action             string
		want               Decision
	}{
		{"nothing allows", []string{allowGet}, nil, "s3:PutObject", Decision{ImplicitDeny, ""}},
		{"one allows", []string{allowGet, allowS3}, nil, "s3:PutObject", Decision{Allow, "S3"}},
		{"a deny wins over an allow before", []string{allowS3, denyPut}, nil, "s3:PutObject", Decision{ExplicitDeny, "NoPut"}},
		{"a deny wins over an allow after", []string{denyPut, allowS3}, nil, "s3:PutObject", Decision{ExplicitDeny, "NoPut"}},
		{"a deny of another action", []string{denyPut, allowS3}, nil, "s3:GetObject", Decision{Allow, "S3"}},
		{"a boundary allows nothing by itself", []string{allowGet}, []string{allowS3}, "s3:PutObject", Decision{ImplicitDeny, ""}},
		{"a boundary takes away", []string{allowS3}, []string{allowGet}, "s3:PutObject", Decision{BoundaryMissing, ""}},
		{"both allow", []string{allowS3}, []string{allowGet}, "s3:GetObject", Decision{Allow, "S3"}},
		{"a boundary denies", []string{allowS3}, []string{denyPut, allowS3}, "s3:PutObject", Decision{ExplicitDeny, "NoPut"}},
	} {
		p := Policies{Identity: []*Document{policy(t, x.identity...)}}
		if x.boundary != nil {
			p.Boundary = policy(t, strings.ReplaceAll(strings.Join(x.boundary, ","), `"Sid":"S3"`, `"Sid":"Bound"`))
		}
		if got := p.Evaluate(Request{Action: x.action, Resource: "arn:aws:s3:::b/k"}); got != x.want {
			t.Errorf("%s: %+v, want %+v", x.about, got, x.want)
		}
	}
	if got := (Policies{}).Evaluate(Request{Action: "s3:GetObject", Resource: "*"}); got.Effect != ImplicitDeny {
		t.Errorf("without policies: %+v", got)
	}
}

// TestActionsAndResources: which action and which resource a statement is about.
func TestActionsAndResources(t *testing.T) {
	const arn = "arn:aws:ec2:us-east-1:123456789012:instance/i-1"
	for _, x := range []struct {
		elements, action, resource string
		want                       bool
	}{
		{`"Action":"ec2:RunInstances","Resource":"*"`, "ec2:RunInstances", arn, true},
		{`"Action":"ec2:runinstances","Resource":"*"`, "ec2:RunInstances", arn, true},
		{`"Action":["s3:Get*","ec2:Run*"],"Resource":"*"`, "ec2:RunInstances", arn, true},
		{`"Action":"ec2:RunInstance?","Resource":"*"`, "ec2:RunInstances", arn, true},
		{`"Action":"ec2:RunInstances?","Resource":"*"`, "ec2:RunInstances", arn, false},
		{`"Action":"ec2:Run","Resource":"*"`, "ec2:RunInstances", arn, false},
		{`"Action":"*","Resource":"*"`, "ec2:RunInstances", arn, true},
		{`"NotAction":"ec2:Run*","Resource":"*"`, "ec2:RunInstances", arn, false},
		{`"NotAction":"s3:*","Resource":"*"`, "ec2:RunInstances", arn, true},
		{`"Action":"*","Resource":"` + arn + `"`, "ec2:X", arn, true},
		{`"Action":"*","Resource":"arn:aws:ec2:us-east-1:123456789012:instance/*"`, "ec2:X", arn, true},
		{`"Action":"*","Resource":"arn:aws:ec2:us-east-1:123456789012:INSTANCE/*"`, "ec2:X", arn, false},
		{`"Action":"*","Resource":"arn:aws:ec2:*:123456789012:instance/*"`, "ec2:X", arn, true},
		{`"Action":"*","Resource":"arn:aws:ec2:us-*:123456789012:instance/i-?"`, "ec2:X", arn, true},
		{`"Action":"*","Resource":"arn:aws:ec2:*"`, "ec2:X", arn, false}, // refused: five colons are missing
		{`"Action":"*","Resource":"arn:aws-cn:ec2:us-east-1:123456789012:instance/*"`, "ec2:X", arn, false},
		{`"Action":"*","Resource":"arn:aws:ec2:us-east-1::instance/*"`, "ec2:X", arn, false},
		{`"Action":"*","Resource":"arn:aws:ec2:us-east-1:123456789012:instance/*"`, "ec2:X", "arn:aws:ec2:us-east-1::image/ami-1", false},
		{`"Action":"*","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f"`, "lambda:X", "arn:aws:lambda:us-east-1:123456789012:function:f:1", false},
		{`"Action":"*","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f*"`, "lambda:X", "arn:aws:lambda:us-east-1:123456789012:function:f:1", true},
		{`"Action":"*","Resource":"arn:aws:lambda:us-east-1:123456789012:function:*f:1"`, "lambda:X", "arn:aws:lambda:us-east-1:123456789012:function:a:f:1", false},
		{`"Action":"*","NotResource":"` + arn + `"`, "ec2:X", arn, false},
		{`"Action":"*","NotResource":"arn:aws:s3:::b"`, "ec2:X", arn, true},
		{`"Action":"*","Resource":"` + arn + `"`, "ec2:DescribeX", "*", false},
	} {
		d, err := Parse(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` + x.elements + `}]}`)
		if err != nil {
			if x.want {
				t.Errorf("%s: %v", x.elements, err)
			}
			continue
		}
		got := Policies{Identity: []*Document{d}}.Evaluate(Request{Action: x.action, Resource: x.resource})
		if (got.Effect == Allow) != x.want {
			t.Errorf("%s on %s, policy %s: %v, want %v", x.action, x.resource, x.elements, got.Effect, x.want)
		}
	}
}

// TestConditions: all keys of all operators must hold, any value of a key is enough, and a
// key that is missing matches nothing.
func TestConditions(t *testing.T) {
	context := map[string][]string{
		"aws:RequestTag/cnv:deployment": {"main"}, "ec2:InstanceType": {"c7g.large"}, "aws:TagKeys": {"Name", "cnv:role"},
		"ec2:Encrypted": {"true"}, "iam:PermissionsBoundary": {"arn:aws:iam::123456789012:policy/bound"},
	}
	for _, x := range []struct {
		condition string
		want      bool
	}{
		{`"StringEquals":{"ec2:InstanceType":"c7g.large"}`, true},
		{`"StringEquals":{"EC2:instancetype":"c7g.large"}`, true},
		{`"StringEquals":{"aws:requesttag/cnv:deployment":"main"}`, true},
		{`"StringEquals":{"ec2:InstanceType":"C7g.large"}`, false},
		{`"StringEqualsIgnoreCase":{"ec2:InstanceType":"C7g.large"}`, true},
		{`"StringEquals":{"ec2:InstanceType":["m7g.large","c7g.large"]}`, true},
		{`"StringEquals":{"ec2:InstanceType":"c7g.*"}`, false},
		{`"StringLike":{"ec2:InstanceType":["t4g.*","c7g.*"]}`, true},
		{`"StringLike":{"ec2:InstanceType":"c7g.?"}`, false},
		{`"StringEquals":{"ec2:InstanceType":"c7g.large","ec2:Region":"us-east-1"}`, false},
		{`"StringEquals":{"ec2:InstanceType":"c7g.large"},"StringLike":{"aws:RequestTag/cnv:deployment":"other*"}`, false},
		{`"StringEqualsIfExists":{"ec2:Region":"us-east-1"}`, true},
		{`"StringEqualsIfExists":{"ec2:InstanceType":"m7g.large"}`, false},
		{`"StringNotEquals":{"ec2:InstanceType":"c7g.large"}`, false},
		{`"StringNotEquals":{"ec2:InstanceType":["c7g.large","m7g.large"]}`, false},
		{`"StringNotEquals":{"ec2:InstanceType":"m7g.large"}`, true},
		{`"StringNotEquals":{"ec2:Region":"us-east-1"}`, true},
		{`"StringNotLike":{"ec2:InstanceType":"c*"}`, false},
		{`"Null":{"ec2:Region":"true"}`, true},
		{`"Null":{"ec2:Region":"false"}`, false},
		{`"Null":{"ec2:InstanceType":false}`, true},
		{`"Bool":{"ec2:Encrypted":true}`, true},
		{`"Bool":{"ec2:Encrypted":"false"}`, false},
		{`"ForAllValues:StringEquals":{"aws:TagKeys":["Name","cnv:role","x"]}`, true},
		{`"ForAllValues:StringEquals":{"aws:TagKeys":["Name"]}`, false},
		{`"ForAllValues:StringEquals":{"aws:Nothing":["Name"]}`, true},
		{`"ForAnyValue:StringEquals":{"aws:TagKeys":["Name"]}`, true},
		{`"ForAnyValue:StringEquals":{"aws:TagKeys":["x"]}`, false},
		{`"ForAnyValue:StringEquals":{"aws:Nothing":["x"]}`, false},
		{`"ArnLike":{"iam:PermissionsBoundary":"arn:*:iam::123456789012:policy/b*"}`, true},
		{`"ArnLike":{"iam:PermissionsBoundary":"arn:aws:*:policy/b*"}`, false},
		{`"ArnEquals":{"iam:PermissionsBoundary":"arn:aws:iam::123456789012:policy/bound"}`, true},
		{`"ArnNotLike":{"iam:PermissionsBoundary":"arn:aws:iam::*:policy/bound"}`, false},
	} {
		p := Policies{Identity: []*Document{policy(t, `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{`+x.condition+`}}`)}}
		if got := p.Evaluate(Request{Action: "ec2:RunInstances", Resource: "*", Context: context}); (got.Effect == Allow) != x.want {
			t.Errorf("%s: %v, want %v", x.condition, got.Effect, x.want)
		}
	}
}

// TestUnknownIsRefused: what is not known here is refused when the policy is read.
func TestUnknownIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		`{`: "not read",
		`{"Version":"2008-10-17","Statement":[` + allowS3 + `]}`:                                                                  "want 2012-10-17",
		`{"Version":"2012-10-17","Statement":[]}`:                                                                                 "no statement",
		`{"Version":"2012-10-17","Statement":[` + allowS3 + `]} {}`:                                                               "more after",
		`{"Version":"2012-10-17","Statement":[` + allowS3 + "," + allowS3 + `]}`:                                                  "two statements are called S3",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*"}]}`:                "Principal",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Permit","Action":"s3:*","Resource":"*"}]}`:                               "want Allow or Deny",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*"}]}`:                                                "either Action or NotAction",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*"}]}`:                                               "either Resource or NotResource",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"GetObject","Resource":"*"}]}`:                           "SERVICE:ACTION",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s*:GetObject","Resource":"*"}]}`:                        "SERVICE:ACTION",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"bucket"}]}`:                           "want an ARN",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${aws:username}"}]}`:     "policy variables",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Date":{"k":"v"}}}]}`: `"Date" is not known`,
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[1],"Resource":"*"}]}`:                                   "want a text",
	} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// TestPlaces: ARNs of three partitions.
func TestPlaces(t *testing.T) {
	for region, want := range map[string]string{
		"eu-west-1":     "arn:aws:lambda:eu-west-1:123456789012:x arn:aws:ec2:eu-west-1::x arn:aws:iam::123456789012:x ec2.amazonaws.com",
		"cn-north-1":    "arn:aws-cn:lambda:cn-north-1:123456789012:x arn:aws-cn:ec2:cn-north-1::x arn:aws-cn:iam::123456789012:x ec2.amazonaws.com.cn",
		"us-gov-west-1": "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:x arn:aws-us-gov:ec2:us-gov-west-1::x arn:aws-us-gov:iam::123456789012:x ec2.amazonaws.com",
	} {
		p := In(region)
		if got := fmt.Sprint(p.ARN("lambda", "x"), " ", p.Shared("x"), " ", p.Global("x"), " ", p.Service("ec2")); got != want {
			t.Errorf("%s:\n%s, want\n%s", region, got, want)
		}
	}
}
