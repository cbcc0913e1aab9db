// Package aws is the part of live mode that talks to Amazon Web Services: EC2
// instances as workers, Lambda functions, and a DynamoDB table. The same code
// runs against the endpoints of live/local on loopback.
//
// Never run on AWS itself yet: its tests run against live/local and, where it
// is installed, against moto.
package aws
