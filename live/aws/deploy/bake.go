package deploy

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/smithy-go"

	"cnv/live/aws"
)

// bake makes an image: a builder loads the package that a function has,
// installs it and powers itself off, which is how it says that all went well.
func (c *Clients) bake(ctx context.Context, s *Spec, f *Found, k kit) (err error) {
	if f.Base == "" {
		return errors.New("there is no image of Amazon Linux 2023 in this region")
	}
	fn, err := c.Lambda.GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: &k.function, Qualifier: k.version})
	if err != nil {
		return err
	}
	if got := sdk.ToString(fn.Configuration.CodeSha256); got != k.codeSHA256() {
		return fmt.Errorf("the function %s has another package (%s, want %s): somebody else deploys", k.function, got, k.codeSHA256())
	}
	script, err := k.userData(sdk.ToString(fn.Code.Location))
	if err != nil {
		return err
	}
	id, err := c.build(ctx, s, f, &job{role: "builder", script: script, after: types.ShutdownBehaviorStop})
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		if left := c.terminate(ctx, id); left != nil {
			err = errors.Join(err, fmt.Errorf("the builder %s still runs, run deploy again to end it: %w", id, left))
		}
	}()
	if err := c.stopped(ctx, id); err != nil {
		return fmt.Errorf("the builder %s did not power itself off: %w%s", id, err, ending(c.console(ctx, id)))
	}
	return c.image(ctx, f, id, &k)
}

// failedMark is how a builder's console says that its script has failed: see bake.sh.
const failedMark = "cnv: baking failed"

// lookAtConsole is how often a builder's console is looked at for it.
const lookAtConsole = 15 * time.Second

// stopped waits for a builder's power to be off. The SDK's own waiter gives
// up on an instance that is still pending.
func (c *Clients) stopped(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	began := time.Now().Round(0) // by the wall: a suspended machine's other clock stands still
	looked := time.Now()
	for wait := 200 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
		out, err := c.EC2.DescribeInstances(ctx, &ec2.DescribeInstancesInput{InstanceIds: []string{id}})
		if absent(err) || err == nil && len(out.Reservations) == 0 {
			continue // it is not known everywhere yet
		}
		if err != nil {
			return err
		}
		switch state := out.Reservations[0].Instances[0].State.Name; state {
		case types.InstanceStateNameStopped:
			if took := time.Since(began); took > patience {
				return fmt.Errorf("it stopped after %v, perhaps by its own timer: run deploy again", took.Round(time.Second))
			}
			return nil
		case types.InstanceStateNameTerminated, types.InstanceStateNameShuttingDown:
			return fmt.Errorf("it is %s%s", state, reason(&out.Reservations[0].Instances[0]))
		}
		if time.Since(looked) < lookAtConsole {
			continue
		}
		looked = time.Now()
		if strings.Contains(c.console(ctx, id), failedMark) {
			return errors.New("its script has failed")
		}
	}
}

// A job is a script that an instance of the builder's type runs once, until it powers itself off.
type job struct {
	role   string // tag of the instance
	script string
	after  types.ShutdownBehavior // of the instance that is powered off
}

// build launches an instance for a job, in the first zone that has room.
func (c *Clients) build(ctx context.Context, s *Spec, f *Found, j *job) (id string, err error) {
	for _, subnet := range f.launchIn() {
		if id, err = c.buildIn(ctx, s, f, j, subnet.ID); !aws.NoCapacity(err) {
			break
		}
	}
	return id, err
}

// buildIn launches it in a subnet. A builder needs a public address, to load the
// package. Its volume is encrypted, with the key that AWS keeps for the account
// (the key's own policy lets in whoever may use EBS), and so are the image's
// snapshot and the volumes of all that is launched from it.
func (c *Clients) buildIn(ctx context.Context, s *Spec, f *Found, j *job, subnet string) (string, error) {
	tags := s.tags()
	tags[aws.TagRole], tags["Name"] = j.role, "cnv-"+s.Name+"-"+j.role
	out, err := c.EC2.RunInstances(ctx, &ec2.RunInstancesInput{
		ImageId: &f.Base, InstanceType: types.InstanceType(s.Builder), MinCount: sdk.Int32(1), MaxCount: sdk.Int32(1),
		UserData:                          sdk.String(base64.StdEncoding.EncodeToString([]byte(j.script))),
		InstanceInitiatedShutdownBehavior: j.after,
		MetadataOptions:                   &types.InstanceMetadataOptionsRequest{HttpTokens: types.HttpTokensStateRequired, HttpPutResponseHopLimit: sdk.Int32(1)},
		NetworkInterfaces: []types.InstanceNetworkInterfaceSpecification{{
			DeviceIndex: sdk.Int32(0), SubnetId: &subnet, Groups: []string{f.Gateway}, AssociatePublicIpAddress: f.public(subnet), DeleteOnTermination: sdk.Bool(true),
		}},
		BlockDeviceMappings: []types.BlockDeviceMapping{{DeviceName: &f.BaseDevice, Ebs: &types.EbsBlockDevice{
			Encrypted: sdk.Bool(true), DeleteOnTermination: sdk.Bool(true), VolumeType: types.VolumeTypeGp3,
		}}},
		CreditSpecification: aws.Credits(s.Builder),
		TagSpecifications:   aws.AtLaunch(tags),
	})
	if err != nil {
		return "", err
	}
	return sdk.ToString(out.Instances[0].InstanceId), nil
}

// reason is why an instance has ended, as EC2 says it: a key that may not be used, a volume
// that cannot be had.
func reason(i *types.Instance) string {
	if i.StateReason == nil || sdk.ToString(i.StateReason.Message) == "" {
		return ""
	}
	return ": " + *i.StateReason.Message
}

// console is what an instance has said until now; "" if EC2 does not tell. Only types on
// Nitro tell while they run.
func (c *Clients) console(ctx context.Context, id string) string {
	out, err := c.EC2.GetConsoleOutput(ctx, &ec2.GetConsoleOutputInput{InstanceId: &id, Latest: sdk.Bool(true)})
	if err != nil {
		return ""
	}
	text, _ := base64.StdEncoding.DecodeString(sdk.ToString(out.Output))
	return strings.TrimSpace(string(text))
}

// ending is the last lines of a console, as part of an error.
func ending(console string) string {
	if console == "" {
		return ""
	}
	lines := strings.Split(console, "\n")
	return "; its console ends:\n" + strings.Join(lines[max(0, len(lines)-10):], "\n")
}

// image makes an image of the stopped builder.
func (c *Clients) image(ctx context.Context, f *Found, id string, k *kit) error {
	out, err := c.EC2.CreateImage(ctx, &ec2.CreateImageInput{
		InstanceId: &id, Name: &k.image, Description: &k.about,
		TagSpecifications: append(tagged(types.ResourceTypeImage, k.tags), tagged(types.ResourceTypeSnapshot, k.tags)...),
	})
	if err == nil {
		return c.ready(ctx, f, sdk.ToString(out.ImageId))
	}
	made := ""
	if err := unless(ctx, err, f, c.images, func() bool {
		for _, i := range f.Images {
			if i.Version == k.tags[aws.TagVersion] {
				made = i.ID
			}
		}
		return made != ""
	}); err != nil {
		return err
	}
	return c.ready(ctx, f, made)
}

// ready waits for an image.
func (c *Clients) ready(ctx context.Context, f *Found, id string) error {
	images := &ec2.DescribeImagesInput{ImageIds: []string{id}}
	if err := ec2.NewImageAvailableWaiter(c.EC2, func(o *ec2.ImageAvailableWaiterOptions) {
		o.MinDelay, o.MaxDelay = time.Second/2, 10*time.Second
	}).Wait(ctx, images, patience); err != nil {
		return err
	}
	return again(ctx, func(err error) bool { return errors.Is(err, errUnlisted) }, func() error {
		if err := c.images(ctx, f); err != nil {
			return err
		}
		if !slices.ContainsFunc(f.Images, func(i FoundImage) bool { return i.ID == id }) {
			return fmt.Errorf("image %s: %w", id, errUnlisted)
		}
		return nil
	})
}

// errUnlisted says that AWS has made an image and does not list it with our tag.
var errUnlisted = errors.New("it is available, and not among the images of this deployment")

func tagged(what types.ResourceType, tags map[string]string) []types.TagSpecification {
	return []types.TagSpecification{{ResourceType: what, Tags: aws.Tags(tags)}}
}

func asAPI(err error, api *smithy.APIError) bool { return errors.As(err, api) }
