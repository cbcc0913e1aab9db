//go:build !linux

package wire

import "net"

// unseen cannot be known here: what was written may have been executed.
func unseen(net.Conn, uint64) bool { return false }
