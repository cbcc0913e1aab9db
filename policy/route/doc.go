// Package route holds the routers: which worker a request would run on.
//
// Each file is one policy: a struct whose exported fields are its
// parameters, with the algorithm, its ties, its cost per decision and its
// source in the doc comment. To add one, write such a file, add a line to
// [Specs], and call policytest.Router in a test.
//
// A router sees only workers that take requests (View.Ready). It may name one that is full: the
// request then waits for any free slot, since a preference holds nothing back. Routers that have
// "no host" for a request are Diverters (policy.Diverter) and say what happens instead.
package route
