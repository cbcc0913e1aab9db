// Package admit holds the admission policies: which requests are refused, with 429 and a
// Retry-After, before anything is spent on them: on arrival, or after they have waited.
//
// Each file is one policy. To add one, write such a file, add a line to [Specs], and call
// policytest.Admission in a test.
package admit
