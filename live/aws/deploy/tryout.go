package deploy

import (
	"context"
	"errors"
	"fmt"
	"slices"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"

	"cnv/live/aws"
)

// TryLaunches makes, if a plan launches anything, a dry run of each launch that the deployment will
// need, before anything is made: of the builder, and of the gateway and its workers. Whether AWS tells of quotas in a
// dry run is not known; Doctor compares them.
func (c *Clients) TryLaunches(ctx context.Context, s *Spec, f *Found, plan []Step) error {
	if !launches(plan) {
		return nil
	}
	if err := c.exits(ctx, f); err != nil {
		return fmt.Errorf("cnv: the routes of the subnets: %w", err)
	}
	if _, err := f.outside(); err != nil {
		return fmt.Errorf("cnv: %w", err)
	}
	if f.Base == "" {
		return errors.New("cnv: there is no image of Amazon Linux 2023 in this region")
	}
	roles := map[string]string{s.Builder: "builder"}
	kinds := []string{s.Builder}
	if g := s.Gateway; g != nil {
		for _, kind := range append([]string{g.Type}, g.Types...) {
			if roles[kind] == "" {
				roles[kind] = map[bool]string{true: "gateway", false: "worker"}[kind == g.Type]
				kinds = append(kinds, kind)
			}
		}
	}
	var errs []error
	for _, kind := range kinds {
		if err := c.dryLaunch(ctx, f, kind, roles[kind]); err != nil && errorCode(err) != "DryRunOperation" {
			errs = append(errs, fmt.Errorf("cnv: a %s (%s) cannot be launched%s: %w", kind, roles[kind], remedy(errorCode(err)), err))
		}
	}
	return errors.Join(errs...)
}

// launches says whether a plan launches instances that have to reach AWS.
func launches(plan []Step) bool {
	return slices.ContainsFunc(plan, func(p Step) bool { return p.Do == "bake" || p.Do == "launch" })
}

// remedy says what to do about the error of a launch. Source: EC2 API reference, "Error codes".
func remedy(code string) string {
	switch code {
	case "PendingVerification", "Blocked":
		return ", because AWS still verifies the account: this takes up to four hours; where it takes longer, write to AWS Support (Account and billing)"
	case "VcpuLimitExceeded", "InstanceLimitExceeded":
		return ": ask for a higher quota (Service Quotas, Amazon EC2, " + onDemand.code + "), or end what else runs"
	case "MaxSpotInstanceCountExceeded":
		return ": ask for a higher quota (Service Quotas, Amazon EC2, " + spot.code + ")"
	case "OptInRequired":
		return ": sign the account up for Amazon EC2, or enable the region (Account, AWS Regions)"
	case "UnauthorizedOperation":
		return ": attach the policy that deploy --policy deployer prints"
	case "Unsupported", "InvalidParameterCombination":
		return " here: take another type, such as " + Builder("arm64") + ", or another region"
	}
	return ""
}

// errorCode is AWS's code of an error; "": none.
func errorCode(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// dryLaunch is a launch as it would be, but for the image where none is baked yet.
func (c *Clients) dryLaunch(ctx context.Context, f *Found, kind, role string) error {
	card := types.InstanceNetworkInterfaceSpecification{DeviceIndex: sdk.Int32(0), SubnetId: &f.Subnets[0].ID, AssociatePublicIpAddress: sdk.Bool(role != "worker" && *f.public(f.Subnets[0].ID)), DeleteOnTermination: sdk.Bool(true)}
	if role == "worker" && f.Workers != "" {
		card.Groups = []string{f.Workers}
	}
	image := f.Base
	if i := slices.IndexFunc(f.Images, func(i FoundImage) bool { return i.State == "available" }); i >= 0 && role == "worker" {
		image = f.Images[i].ID
	}
	_, err := c.EC2.RunInstances(ctx, &ec2.RunInstancesInput{
		DryRun: sdk.Bool(true), ImageId: &image, InstanceType: types.InstanceType(kind), MinCount: sdk.Int32(1), MaxCount: sdk.Int32(1),
		MetadataOptions:   &types.InstanceMetadataOptionsRequest{HttpTokens: types.HttpTokensStateRequired, HttpPutResponseHopLimit: sdk.Int32(1)},
		NetworkInterfaces: []types.InstanceNetworkInterfaceSpecification{card},
		TagSpecifications: aws.AtLaunch(map[string]string{aws.TagDeployment: f.Name, aws.TagRole: role}),
	})
	return err
}
