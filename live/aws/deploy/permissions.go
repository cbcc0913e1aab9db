package deploy

import (
	"archive/zip"
	"bytes"
	"errors"
	"slices"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	fn "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go"

	"cnv/live/aws"
)

// permissions asks whether calls would be allowed, by dry runs, with what the
// deployment has: who may launch with one tag may not with another.
func (d *doctor) permissions(kinds []string) {
	who := "runner" // who launches from images of the deployment alone
	if !slices.ContainsFunc(d.found.Images, func(i FoundImage) bool { return i.State == "available" }) {
		who = "deployer"
	}
	for _, kind := range kinds {
		if d.found.Base != "" {
			d.tried("launch", kind, who, d.launch(kind))
		}
	}
	_, err := d.c.EC2.CreateSecurityGroup(d.ctx, &ec2.CreateSecurityGroupInput{
		DryRun: sdk.Bool(true), GroupName: sdk.String(workers(d.s.Name) + "-doctor"), VpcId: &d.found.VPC, Description: sdk.String("cnv deployment " + d.s.Name),
		TagSpecifications: tagged(types.ResourceTypeSecurityGroup, map[string]string{aws.TagDeployment: d.s.Name}),
	})
	d.tried("deploy", "a security group", "deployer", err)
	d.onInstance()
	d.onFunction()
	d.say(Look, "table", "DynamoDB has no dry runs: deploy and live say when they are refused; the policies that deploy --policy prints allow what they need")
}

// launch is a dry run of the launch of a worker.
func (d *doctor) launch(kind string) error { return d.c.dryLaunch(d.ctx, d.found, kind, "worker") }

// onInstance tries what is done to instances, on one of the deployment.
func (d *doctor) onInstance() {
	if len(d.found.Instances) == 0 {
		d.say(Look, "instances", "there is none yet to try on whether it may be ended, tagged and made an image of: ask again when one runs")
		return
	}
	id, own := d.found.Instances[0].ID, map[string]string{aws.TagDeployment: d.s.Name}
	_, err := d.c.EC2.TerminateInstances(d.ctx, &ec2.TerminateInstancesInput{DryRun: sdk.Bool(true), InstanceIds: []string{id}})
	d.tried("end", id, "runner", err)
	_, err = d.c.EC2.CreateTags(d.ctx, &ec2.CreateTagsInput{DryRun: sdk.Bool(true), Resources: []string{id}, Tags: aws.Tags(own)})
	d.tried("tag", id, "deployer", err)
	_, err = d.c.EC2.CreateImage(d.ctx, &ec2.CreateImageInput{
		DryRun: sdk.Bool(true), InstanceId: &id, Name: sdk.String("cnv-" + d.s.Name + "-doctor"),
		TagSpecifications: append(tagged(types.ResourceTypeImage, own), tagged(types.ResourceTypeSnapshot, own)...),
	})
	d.tried("image", id, "deployer", err)
}

// onFunction tries what is done to the function, if it is there.
func (d *doctor) onFunction() {
	name := Function(d.s.Name)
	if d.found.Function == nil {
		d.say(Look, "function", "%s is not there yet to try on whether it may be called and changed: ask again when it is deployed", name)
		return
	}
	var qualifier *string
	if n := len(d.found.Function.Published); n > 0 {
		qualifier = &d.found.Function.Published[n-1].Number
	}
	_, err := d.c.Lambda.Invoke(d.ctx, &lambda.InvokeInput{FunctionName: &name, Qualifier: qualifier, InvocationType: fn.InvocationTypeDryRun})
	d.tried("call", name, "runner", err)
	var empty bytes.Buffer
	z := zip.NewWriter(&empty)
	_, err = z.Create("bootstrap")
	if err = errors.Join(err, z.Close()); err == nil {
		_, err = d.c.Lambda.UpdateFunctionCode(d.ctx, &lambda.UpdateFunctionCodeInput{FunctionName: &name, ZipFile: empty.Bytes(), DryRun: true})
	}
	d.tried("change", name, "deployer", err)
}

// tried says what a dry run has shown.
func (d *doctor) tried(what, name, policy string, err error) {
	var api smithy.APIError
	code := ""
	if errors.As(err, &api) {
		code = api.ErrorCode()
	}
	switch {
	case err == nil || code == "DryRunOperation":
		d.say(OK, what, "%s: allowed", name)
	case slices.Contains([]string{"UnauthorizedOperation", "AccessDeniedException", "AccessDenied"}, code):
		d.say(Fail, what, "%s: not allowed: attach the policy that deploy --policy %s prints", name, policy)
	case what == "image" && code == "IncorrectInstanceState":
		d.say(OK, what, "%s: allowed", name)
	default:
		d.say(Fail, what, "%s: %v", name, err)
	}
}
