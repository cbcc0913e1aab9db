// Package spill holds the policies that decide, once the Router has named a
// worker or none, whether a request goes there, to a function, or waits.
//
// Each file is one policy. To add one, write such a file, add a line to
// [Specs], and call policytest.Spill in a test.
package spill
