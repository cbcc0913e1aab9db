// Package admin is the pages for those who run a gateway: Prometheus metrics,
// its state as JSON, and the few things an operator may change. What is
// changed becomes an event of the control plane, so a journal holds it and
// replays to the same commands.
package admin
