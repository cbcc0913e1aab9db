package host

import (
	"net"
	"net/netip"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// A deaf address drops the packets of those who connect, as that of an instance does
// whose network is not up: their kernel sends them again. Nobody there refuses.
type deaf struct {
	socket int
	filler net.Conn
}

// deafen makes an address deaf: it listens with a queue of one connection, which
// is taken, and Linux drops what finds no room there.
func deafen(address string) (*deaf, error) {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, err
	}
	s, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	d := &deaf{socket: s}
	if err := unix.SetsockoptInt(s, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
		d.Close()
		return nil, os.NewSyscallError("setsockopt", err)
	}
	if err := unix.Bind(s, &unix.SockaddrInet4{Port: int(at.Port()), Addr: at.Addr().As4()}); err != nil {
		d.Close()
		return nil, os.NewSyscallError("bind", err)
	}
	if err := unix.Listen(s, 0); err != nil {
		d.Close()
		return nil, os.NewSyscallError("listen", err)
	}
	if d.filler, err = net.DialTimeout("tcp", address, time.Second); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// Close lets the address refuse connections from now on.
func (d *deaf) Close() error {
	if d.filler != nil {
		d.filler.Close()
	}
	return unix.Close(d.socket)
}
