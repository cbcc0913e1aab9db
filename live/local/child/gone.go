package child

import (
	"errors"
	"os"
	"syscall"
)

// Gone says whether there is surely no such process on this machine.
func Gone(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	err = p.Signal(syscall.Signal(0))
	return errors.Is(err, os.ErrProcessDone) || errors.Is(err, syscall.ESRCH)
}
