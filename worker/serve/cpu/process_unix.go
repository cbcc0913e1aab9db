//go:build unix

package cpu

import (
	"fmt"
	"syscall"
	"time"
)

// process is the CPU time that this process has used, user and system.
func process() (time.Duration, error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, fmt.Errorf("getrusage: %w", err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), nil
}
