package catalog

import "strings"

// Partition is the part of AWS that a region is in, with accounts, endpoints and ARNs of its
// own: aws, aws-cn or aws-us-gov ("AWS General Reference", ARNs, read 2026-11-30). A region
// that no rule names, and "" or "*", is in aws.
func Partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}
