// Package keepalive holds the keep-alive policies: for how long an environment of a function
// stays loaded that has nothing to do, when it is loaded before a call that is expected, and
// which one goes where there is no memory for all. They trade cold starts for memory, and are
// for who runs the platform under the functions: AWS Lambda decides itself.
//
// Each file is one policy. To add one, write such a file, add a line to [Specs], and call
// policytest.KeepAlive in a test.
package keepalive
