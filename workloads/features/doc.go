// Package features says what can be known of a request before it is computed:
// the numbers that predict its cost, and the key under which equal requests
// are recognised.
//
// It is used where requests are made up (workloads), received (the gateway)
// and computed (the worker), so that all three mean the same thing.
package features
