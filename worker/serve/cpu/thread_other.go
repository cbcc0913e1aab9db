//go:build !linux

package cpu

import "time"

// Thread is the CPU time that the calling thread has used. It is known on
// Linux only.
func Thread() (time.Duration, bool) { return 0, false }
