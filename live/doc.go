// Package live is the real world around policy.Controller: an HTTP gateway
// whose every decision the Controller takes, workers that are watched and
// proxied to, and the clock.
//
// The flow of a request: a handler goroutine reads it and posts an Arrival to
// the [Brain]; the brain's goroutine, the only one that touches the
// Controller, passes the commands about it back; attempts run and post how
// they ended. Nothing the brain calls waits.
package live
