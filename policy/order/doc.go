// Package order holds the orders of the requests that wait at the gateway: which is next
// when a place comes free. They do nothing about requests in the lines of workers, where it
// is first come, first served: give gateway_queue = true.
//
// Each file is one order. To add one, write such a file, add a line to [Specs], and call
// policytest.Order in a test.
package order
