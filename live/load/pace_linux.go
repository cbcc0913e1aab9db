package load

import (
	"syscall"
	"time"
)

// nap holds the thread for so long, or less if a signal comes.
func nap(d time.Duration) {
	t := syscall.NsecToTimespec(int64(d))
	_ = syscall.Nanosleep(&t, nil)
}
