// Package memnet is a network in memory, so that the real HTTP stack can run in
// the virtual time of testing/synctest.
package memnet
