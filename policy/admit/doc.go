// Package admit holds the admission policies: which requests are refused on arrival, with
// 429 and a Retry-After, before anything is spent on them.
//
// Each file is one policy. To add one, write such a file, add a line to [Specs], and call
// policytest.Admission in a test.
package admit
