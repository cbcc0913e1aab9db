package local_test

import (
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"cnv/live/aws"
	"cnv/live/local"
)

// TestFaultsHaveTheirServicesShape: the SDK reads the code of a fault, of each
// service that is asked with a form.
func TestFaultsHaveTheirServicesShape(t *testing.T) {
	t.Parallel()
	c, err := local.Start(local.Config{Faults: []local.Fault{
		{Action: "GetRole", Code: "AccessDenied"}, {Action: "GetInstanceProfile", Code: "ServiceFailure"},
		{Action: "GetCallerIdentity", Code: "ExpiredToken"}, {Action: "DescribeVpcs", Code: "UnauthorizedOperation"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	cfg, err := aws.Local(c.URL()).Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	cfg.RetryMaxAttempts = 1
	for want, call := range map[string]func() error{
		"AccessDenied": func() error {
			_, err := iam.NewFromConfig(cfg).GetRole(t.Context(), &iam.GetRoleInput{RoleName: sdk.String("r")})
			return err
		},
		"ServiceFailure": func() error {
			_, err := iam.NewFromConfig(cfg).GetInstanceProfile(t.Context(), &iam.GetInstanceProfileInput{InstanceProfileName: sdk.String("p")})
			return err
		},
		"ExpiredToken": func() error {
			_, err := sts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
			return err
		},
		"UnauthorizedOperation": func() error {
			_, err := ec2.NewFromConfig(cfg).DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{})
			return err
		},
	} {
		if err := call(); code(err) != want {
			t.Errorf("the code is %q, want %q: %v", code(err), want, err)
		}
	}
}
