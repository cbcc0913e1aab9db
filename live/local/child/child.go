package child

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A Child is a process.
type Child struct {
	cmd  *exec.Cmd
	done chan struct{}
	once sync.Once
	hung atomic.Bool
}

// Start runs a program, which must end when its standard input does: that is a
// pipe whose other end is ours, and ends when we do. What it writes goes to
// out; nil: nowhere. Of our environment it is given what a program needs to run, as on
// a machine of its own: no credentials, nor what our own programs are told by variables.
func Start(out io.Writer, env []string, program string, args ...string) (*Child, error) {
	cmd := exec.Command(program, args...)
	cmd.Env = append(inherited(os.Environ()), env...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = ownGroup()
	cmd.WaitDelay = time.Second
	alive, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("cannot start %s: %w", program, err)
	}
	c := &Child{cmd: cmd, done: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // how it ended tells nothing that its output does not
		alive.Close()
		close(c.done)
	}()
	return c, nil
}

// needed are the variables of our environment that children are given: where programs,
// their libraries and temporary files are, the language and the time zone, and what the
// Go runtime is told.
var needed = []string{
	"PATH", "HOME", "TMPDIR", "LANG", "TZ", "LD_LIBRARY_PATH",
	"GOMAXPROCS", "GOGC", "GOMEMLIMIT", "GODEBUG", "GOTRACEBACK", "GOCOVERDIR",
	"SystemRoot", "TEMP", "TMP", "USERPROFILE", // of Windows
}

// inherited is what a child may know of our environment.
func inherited(environment []string) []string {
	var out []string
	for _, e := range environment {
		if name, _, _ := strings.Cut(e, "="); slices.Contains(needed, name) {
			out = append(out, e)
		}
	}
	return out
}

// Done is closed when the process has ended.
func (c *Child) Done() <-chan struct{} { return c.done }

// PID is the process's number.
func (c *Child) PID() int { return c.cmd.Process.Pid }

// Stop asks the process to end, and kills it after the grace. It does not wait.
func (c *Child) Stop(grace time.Duration) {
	c.once.Do(func() {
		select {
		case <-c.done:
			return
		default:
			terminate(c.PID())
		}
		if c.hung.Load() { // it would never hear of it
			c.Kill()
			return
		}
		go func() {
			select {
			case <-c.done:
			case <-time.After(grace):
				c.Kill()
			}
		}()
	})
}

// Hang stops the process, which stays there and does nothing more.
func (c *Child) Hang() {
	select {
	case <-c.done:
	default:
		c.hung.Store(true)
		suspend(c.PID())
	}
}

// Resume has a process go on that hangs.
func (c *Child) Resume() {
	select {
	case <-c.done:
	default:
		resume(c.PID())
		c.hung.Store(false)
	}
}

// Kill ends the process, and all that it started, at once.
func (c *Child) Kill() {
	select {
	case <-c.done: // its number may be another's by now
	default:
		kill(c.PID())
	}
}
