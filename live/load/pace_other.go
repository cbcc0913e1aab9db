//go:build !linux

package load

import "time"

// nap waits for so long, or more.
func nap(d time.Duration) { time.Sleep(d) }
