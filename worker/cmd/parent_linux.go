package main

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// signalWithParent asks for a SIGTERM when the parent ends. For Linux that is
// when the thread ends that started this process (prctl(2)), so a launcher
// written in Go had better use a pipe.
func signalWithParent() error {
	parent := os.Getppid()
	if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGTERM), 0, 0, 0); err != nil {
		return fmt.Errorf("--die-with-parent: %w", err)
	}
	if os.Getppid() != parent { // it was faster
		return fmt.Errorf("--die-with-parent: %w", errParent)
	}
	return nil
}
