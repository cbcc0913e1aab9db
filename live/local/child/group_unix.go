//go:build unix

package child

import "syscall"

// ownGroup keeps a terminal's Ctrl-C from the children: they are asked to
// end in good order.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// The errors of signals mean that the process has ended.
func terminate(pid int) { _ = syscall.Kill(pid, syscall.SIGTERM) }
func suspend(pid int)   { _ = syscall.Kill(-pid, syscall.SIGSTOP) }
func resume(pid int)    { _ = syscall.Kill(-pid, syscall.SIGCONT) }
func kill(pid int)      { _ = syscall.Kill(-pid, syscall.SIGKILL) }
