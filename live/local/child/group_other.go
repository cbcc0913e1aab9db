//go:build !unix

package child

import (
	"os"
	"syscall"
)

func ownGroup() *syscall.SysProcAttr { return nil }

func terminate(pid int) { kill(pid) }

// suspend and resume do nothing: there are no such signals here.
func suspend(int) {}
func resume(int)  {}

func kill(pid int) {
	if p, err := os.FindProcess(pid); err == nil {
		_ = p.Kill() // it has ended
	}
}
