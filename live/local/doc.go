// Package local answers the calls of EC2, Lambda, DynamoDB, IAM, CloudWatch
// Logs and Service Quotas that this project makes, on loopback, behind the unmodified SDK.
// Instances and function environments are real processes of the real worker;
// what they lack is a cloud's machines: they share this one's cores.
//
// It proves code, not clouds: nobody checks rules of security groups,
// and nothing is billed. As who calls it can run programs, it takes only calls
// with an access key of its own: that of its [Cloud.URL] may do everything, those of
// [Cloud.As] and of instances what their policies allow; what they sign is not checked.
// Whatever ends this process, its workers end too.
package local
