// Package hedge holds the hedges: when a second copy of a request that has no answer yet is
// sent to another worker. The first answer counts, and the other attempt is cancelled.
//
// Each file is one hedge. To add one, write such a file, add a line to [Specs], and call
// policytest.Hedge in a test.
package hedge
