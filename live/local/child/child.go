// Package child runs worker processes that end with the one that started
// them, whatever ends that.
package child

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

// A Child is a process.
type Child struct {
	cmd   *exec.Cmd
	alive io.Closer // the other end of its standard input, which it takes for our life
	done  chan struct{}
	err   error

	mu    sync.Mutex
	asked bool
}

// Start runs a program, which must end when its standard input does. What it
// writes goes to out; nil: nowhere.
func Start(out io.Writer, env []string, program string, args ...string) (*Child, error) {
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = ownGroup()
	cmd.WaitDelay = time.Second
	in, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("cannot start %s: %w", program, err)
	}
	c := &Child{cmd: cmd, alive: in, done: make(chan struct{})}
	go func() {
		c.err = cmd.Wait()
		in.Close()
		close(c.done)
	}()
	return c, nil
}

// Done is closed when the process has ended.
func (c *Child) Done() <-chan struct{} { return c.done }

// PID is the process's number.
func (c *Child) PID() int { return c.cmd.Process.Pid }

// Stop asks the process to end, and kills it after the grace. It does not wait.
func (c *Child) Stop(grace time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asked {
		return
	}
	c.asked = true
	terminate(c.cmd.Process.Pid)
	go func() {
		select {
		case <-c.done:
		case <-time.After(grace):
			c.Kill()
		}
	}()
}

// Kill ends the process, and all that it started, at once.
func (c *Child) Kill() { kill(c.cmd.Process.Pid) }
