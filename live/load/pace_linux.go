package load

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// A napper is a timer of the kernel (timerfd_create(2)).
type napper struct {
	file *os.File
	fd   int // of file, for what os does not know
}

// newNapper is nil where the kernel grants no timer.
func newNapper() *napper {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return nil
	}
	return &napper{file: os.NewFile(uintptr(fd), "timerfd"), fd: fd}
}

// nap waits for so long (> 0), or not at all if the kernel refuses.
func (n *napper) nap(d time.Duration) {
	var expired [8]byte // how often
	spec := unix.ItimerSpec{Value: unix.NsecToTimespec(int64(d))}
	if unix.TimerfdSettime(n.fd, 0, &spec, nil) == nil {
		_, _ = n.file.Read(expired[:])
	}
}

func (n *napper) close() { n.file.Close() }
