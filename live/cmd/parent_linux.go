package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// endWithParent has this program asked to stop when the one that started it
// ends, if it was told to: go run passes no signal on.
func endWithParent() {
	if os.Getenv("CNV_ENDS_WITH_PARENT") != "" {
		_ = unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGTERM), 0, 0, 0) // without it the program only lives longer
	}
}
