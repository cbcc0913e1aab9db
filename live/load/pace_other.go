//go:build !linux

package load

import "time"

// A napper is a timer of the kernel that Go's poller waits for; there is none.
type napper struct{}

func newNapper() *napper { return nil }

func (*napper) nap(time.Duration) {}
func (*napper) close()            {}
