package deploy

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// createProfile makes what gives an instance its role.
func (c *Clients) createProfile(ctx context.Context, s *Spec, f *Found, name string) error {
	_, err := c.IAM.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: &name, Tags: iamTags(s.tags())})
	if err := unless(ctx, err, f, c.findGateway, func() bool { return f.Profile }); err != nil {
		return err
	}
	return c.fillProfile(ctx, f, name)
}

// fillProfile puts the role of the same name into it. A profile has room for one role: where
// it is full, it must be of that one.
func (c *Clients) fillProfile(ctx context.Context, f *Found, name string) error {
	_, err := c.IAM.AddRoleToInstanceProfile(ctx, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: &name, RoleName: &name})
	if err == nil {
		return nil
	}
	if look := c.findGateway(whileLooking(ctx), f); look == nil && f.ProfileRole == name {
		return nil
	}
	return err
}

// deleteProfile removes the profile, which must be empty first.
func (c *Clients) deleteProfile(ctx context.Context, name string) error {
	_, err := c.IAM.RemoveRoleFromInstanceProfile(ctx, &iam.RemoveRoleFromInstanceProfileInput{InstanceProfileName: &name, RoleName: &name})
	if err != nil && !absent(err) {
		return err
	}
	_, err = c.IAM.DeleteInstanceProfile(ctx, &iam.DeleteInstanceProfileInput{InstanceProfileName: &name})
	return err
}
