// Package store keeps what a live run measures in a table, DynamoDB's usually,
// and reads it back: the work of requests, from which estimators learn also
// after a restart, and one row per worker and second.
//
// The path of requests never waits for the table. Writes go through a bounded
// queue, in batches; what does not fit is dropped and counted. Reads answer
// with an event, some time later.
package store
