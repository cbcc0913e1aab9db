package iam

import (
	"strings"

	"cnv/policy/catalog"
)

// Account is the number of the local cloud's account.
const Account = "123456789012"

// A Place is a region of the account: what ARNs there begin with.
type Place struct {
	Partition string // aws, aws-cn, aws-us-gov
	Region    string
}

// In is the place of a region.
func In(region string) Place {
	return Place{catalog.Partition(region), region}
}

// ARN names a resource of the account in the region.
func (p Place) ARN(service, resource string) string {
	return strings.Join([]string{"arn", p.Partition, service, p.Region, Account, resource}, ":")
}

// Shared names a resource of EC2 that has no account in its ARN: an image or a snapshot.
func (p Place) Shared(resource string) string {
	return strings.Join([]string{"arn", p.Partition, "ec2", p.Region, "", resource}, ":")
}

// Global names a resource of IAM, which has no regions.
func (p Place) Global(resource string) string {
	return strings.Join([]string{"arn", p.Partition, "iam", "", Account, resource}, ":")
}

// Service is the principal of a service of AWS here: EC2's has another name in China.
func (p Place) Service(name string) string {
	if p.Partition == "aws-cn" && name == "ec2" {
		return "ec2.amazonaws.com.cn"
	}
	return name + ".amazonaws.com"
}
