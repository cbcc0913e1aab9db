// Package testtime says how long a test in real time may wait: until shortly before the
// test binary itself would be ended (go test -timeout). So a slow machine fails no test,
// and one that hangs still says what it waited for.
//
// In the virtual time of testing/synctest nothing is slow: there it is an hour.
//
// CPU is for tests of how much something costs: a busy machine does not change it.
package testtime
