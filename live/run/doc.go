// Package run plays an experiment against real workers: on a cloud of this machine, on AWS,
// or on workers given by address. The live program is its flags.
package run
