// Package host is what live mode asks of the machine that it runs on: to listen, to
// connect, and to run programs. Tests have one in memory, on which whole experiments play
// in the virtual time of testing/synctest.
package host
