// Package lambdafn is the worker's front end as a function of AWS Lambda, or of
// whatever speaks its Runtime API. Events and results are those of package
// event; the events of the original system's clients are understood too
// (seed.go).
//
// A function answers one request at a time; queues, drains and probes are the
// service's business.
package lambdafn
