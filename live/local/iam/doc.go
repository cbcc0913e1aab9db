// Package iam decides whether a call is allowed, as AWS does by the policies of who makes
// it. It does no I/O. Source: IAM user guide, "Policy evaluation logic" and "IAM JSON policy
// element reference". What a policy says that this package does not know is refused when
// the policy is read: nothing is silently allowed or denied.
package iam
