package run

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"

	"golang.org/x/term"

	"cnv/experiments/plan"
	"cnv/live/host"
)

// A Console is what a command writes to, and reads answers from.
type Console struct {
	Ctx      context.Context // ends when somebody asks the program to stop
	Out, Err io.Writer
	Shipped  map[string]string // experiments that come with the program, their texts by name
	Host     host.Host         // what it runs on; nil: this machine
}

// oneAtATime is the console whose errors may be written by several goroutines: the log is
// by many, what is said of the runs by one.
func (c *Console) oneAtATime() *Console {
	own := *c
	own.Err = &turns{w: c.Err}
	return &own
}

// A turns writes for one goroutine at a time.
type turns struct {
	mu sync.Mutex
	w  io.Writer
}

func (t *turns) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.w.Write(p)
}

// Plan reads an experiment, a file or the name of one.
func (c *Console) Plan(name string, o plan.Options) (*plan.Plan, error) {
	e, err := plan.Find(name, c.Shipped)
	if err != nil {
		return nil, err
	}
	return plan.Parse(e.File, e.Dir, e.Text, o)
}

// Confirm asks, unless that was answered already. Without a terminal nobody
// can say yes.
func (c *Console) Confirm(yes bool, question string) error {
	if yes {
		return nil
	}
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return Refuse("cnv: there is no terminal to ask on: give --yes, or --dry-run to look only")
	}
	fmt.Fprint(c.Out, question, " [y/N] ")
	answer, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil || !slices.Contains([]string{"y", "yes"}, strings.ToLower(strings.TrimSpace(answer))) {
		return errors.New("cnv: nothing was changed")
	}
	return nil
}

// A BadInput is an error of what the user gave, as opposed to one of running it.
type BadInput struct{ error }

// Unwrap gives the error itself.
func (b BadInput) Unwrap() error { return b.error }

// Unusable is an error of unusable input.
func Unusable(err error) error { return BadInput{err} }

// Refuse is the error of unusable input.
func Refuse(format string, args ...any) error { return BadInput{fmt.Errorf(format, args...)} }
