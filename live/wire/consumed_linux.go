package wire

import (
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// tcpClose is the state TCP_CLOSE of Linux: the connection was reset.
const tcpClose = 7

// resetWithin is how long the reset is waited for of a worker that has closed the connection
// before it saw the request: one round trip. From a worker that may still read none comes.
const resetWithin = 20 * time.Millisecond

// unseen says whether the other side, which has closed the connection (its FIN was read), was
// certainly never given a byte of what was written after the first before bytes: its FIN
// acknowledges none of them, and it has answered them with a reset. A reset without a FIN
// says nothing: what was read before it may not have been acknowledged yet.
func unseen(c net.Conn, before uint64) bool {
	sc, ok := c.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return false
	}
	for until := time.Now().Add(resetWithin); ; time.Sleep(time.Millisecond) {
		var info *unix.TCPInfo
		if cerr := raw.Control(func(fd uintptr) { info, err = unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO) }); cerr != nil || err != nil {
			return false
		}
		const syn = 1 // the SYN is acknowledged as one byte
		switch {
		case info.Bytes_acked > before+syn:
			return false
		case info.State == tcpClose:
			return true
		case time.Now().After(until):
			return false
		}
	}
}
