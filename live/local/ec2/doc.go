// Package ec2 answers the calls of EC2's Query API that this project makes,
// with instances that are processes on this machine. What it does not know it
// refuses by name; nothing is silently ignored.
package ec2
