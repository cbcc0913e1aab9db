// Package runtest has what tests of runs against real workers share: an experiment, and a
// certificate of this machine.
package runtest
