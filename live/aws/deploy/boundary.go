package deploy

import (
	"context"
	"net/url"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// planBoundary says what the permissions boundary of the roles lacks. It comes before them.
func planBoundary(s *Spec, f *Found) Step {
	name := boundary(f.Name, f.Region)
	switch {
	case f.BoundaryPolicy == "":
		return Step{"create", "boundary", name, "of the roles: whatever policies they get, they may not do more than the function and the gateway need"}
	case !samePolicy(f.BoundaryPolicy, s.boundaryPolicy(f)):
		return Step{"update", "boundary", name, "allows another deployment or version of cnv what it needs, not this one"}
	}
	return Step{"keep", "boundary", name, ""}
}

// unbound is why a role has to be changed that does not have the boundary: earlier versions of
// cnv have made roles without one.
const unbound = "has no permissions boundary, or another one: gets that of the deployment"

// boundaryPolicy is the document of the boundary.
func (s *Spec) boundaryPolicy(f *Found) string {
	return boundaryPolicy(s.Name, placeOf(f.Boundary, f.Region))
}

// boundary looks for the permissions boundary. Its ARN has the number of the account, which
// STS tells everybody.
func (c *Clients) boundary(ctx context.Context, f *Found) error {
	if f.Boundary == "" {
		who, err := c.Who.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		if err != nil {
			return err
		}
		f.Boundary = placeOf(sdk.ToString(who.Arn), "").iam("policy/" + boundary(f.Name, f.Region))
	}
	out, err := c.IAM.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: &f.Boundary})
	if err == nil {
		if err := owned(f.Name, "boundary", boundary(f.Name, f.Region), iamTag(out.Policy.Tags)); err != nil {
			return err
		}
		var version *iam.GetPolicyVersionOutput
		version, err = c.IAM.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: &f.Boundary, VersionId: out.Policy.DefaultVersionId})
		if err == nil {
			f.BoundaryPolicy, err = url.PathUnescape(sdk.ToString(version.PolicyVersion.Document)) // as IAM gives it
		}
	}
	if absent(err) {
		return nil
	}
	return err
}

// boundaryOf is the ARN of the boundary that a role has; "": none.
func boundaryOf(r *iamtypes.Role) string {
	if r.PermissionsBoundary == nil {
		return ""
	}
	return sdk.ToString(r.PermissionsBoundary.PermissionsBoundaryArn)
}

func (c *Clients) createBoundary(ctx context.Context, s *Spec, f *Found, name string) error {
	_, err := c.IAM.CreatePolicy(ctx, &iam.CreatePolicyInput{
		PolicyName: &name, PolicyDocument: sdk.String(s.boundaryPolicy(f)), Tags: iamTags(s.tags()),
		Description: sdk.String("cnv: the permissions boundary of the roles of deployment " + s.Name),
	})
	return unless(ctx, err, f, c.boundary, func() bool { return f.BoundaryPolicy != "" })
}

// updateBoundary gives it another document. The one before it stays as a version until the next
// change, or the end; IAM keeps five.
func (c *Clients) updateBoundary(ctx context.Context, s *Spec, f *Found) error {
	if err := c.forgetVersions(ctx, f.Boundary); err != nil {
		return err
	}
	_, err := c.IAM.CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{PolicyArn: &f.Boundary, PolicyDocument: sdk.String(s.boundaryPolicy(f)), SetAsDefault: true})
	return err
}

// forgetVersions deletes all versions of a policy but the one in use.
func (c *Clients) forgetVersions(ctx context.Context, arn string) error {
	out, err := c.IAM.ListPolicyVersions(ctx, &iam.ListPolicyVersionsInput{PolicyArn: &arn}) // five at most: one page
	if err != nil {
		return err
	}
	for _, v := range out.Versions {
		if v.IsDefaultVersion {
			continue
		}
		if _, err := c.IAM.DeletePolicyVersion(ctx, &iam.DeletePolicyVersionInput{PolicyArn: &arn, VersionId: v.VersionId}); err != nil && !absent(err) {
			return err
		}
	}
	return nil
}

// deleteBoundary removes it, which no role may have any more.
func (c *Clients) deleteBoundary(ctx context.Context, arn string) error {
	if err := c.forgetVersions(ctx, arn); err != nil {
		return err
	}
	_, err := c.IAM.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: &arn})
	return err
}

// bind gives a role the boundary, unless that is the one it has.
func (c *Clients) bind(ctx context.Context, f *Found, role, has string) error {
	if has == f.Boundary {
		return nil
	}
	_, err := c.IAM.PutRolePermissionsBoundary(ctx, &iam.PutRolePermissionsBoundaryInput{RoleName: &role, PermissionsBoundary: &f.Boundary})
	return err
}

// putPolicy gives a role a policy. Who may do so only for roles with the boundary is refused as
// long as not all of IAM knows of a new role, so that a refusal is not taken at once.
func (c *Clients) putPolicy(ctx context.Context, role, name, document string) error {
	return again(ctx, refused, func() error {
		_, err := c.IAM.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: &role, PolicyName: &name, PolicyDocument: &document})
		return err
	})
}

// refused says whether somebody may not do something in IAM.
func refused(err error) bool { return errorCode(err) == "AccessDenied" }
