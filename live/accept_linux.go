package live

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// refuseNew has a listener take no new connections, while those that are being opened are
// still accepted: the system drops packets that open one (SYN). Who sends one tries again a
// second later, and elsewhere once that is refused. False: it cannot be done, as with multipath
// TCP, which net.Listen speaks.
func refuseNew(l net.Listener) bool {
	sc, ok := l.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return false
	}
	const flags, syn, all = 13, 0x02, 0xffff // of a TCP header; bytes of a packet
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_B | unix.BPF_ABS, K: flags},
		{Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, K: syn, Jt: 0, Jf: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: 0},
		{Code: unix.BPF_RET | unix.BPF_K, K: all},
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	cerr := raw.Control(func(fd uintptr) {
		err = unix.SetsockoptSockFprog(int(fd), unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &program)
	})
	return cerr == nil && err == nil
}
