//go:build !linux

package main

import "errors"

// signalWithParent needs Linux.
func signalWithParent() error {
	return errors.New("--die-with-parent: standard input must be a pipe on this system")
}
