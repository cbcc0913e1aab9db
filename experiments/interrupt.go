package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

// A keeping says whether finished runs are kept for the next command.
type keeping struct{ atomic.Bool }

// interrupted is what is said where a signal ends a command.
func (k *keeping) interrupted() string {
	if k.Load() {
		return "interrupted: unfinished results were not written, earlier results are as they were; finished runs are kept, and the same command uses them"
	}
	return "interrupted: nothing was written, earlier results are as they were"
}

// endsWithin is how long the program may take to end when it is told to. Tests change it.
var endsWithin = 1500 * time.Millisecond

// interruptible is a context that ends with the first SIGINT or SIGTERM. What does
// not heed it, such as a policy that loops for ever or a figure that is being
// drawn, ends with the program a moment later; a second signal ends it at once.
func interruptible(errs io.Writer, kept *keeping) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	told, done := make(chan os.Signal, 2), make(chan struct{})
	signal.Notify(told, os.Interrupt, syscall.SIGTERM)
	go func() { // ends with stop, or with the program
		select {
		case <-done:
			return
		case <-told:
			cancel()
		}
		select {
		case <-done:
			return
		case <-told:
		case <-time.After(endsWithin):
		}
		fmt.Fprintln(errs, kept.interrupted())
		os.Exit(exitFailed)
	}()
	return ctx, func() {
		signal.Stop(told)
		close(done)
		cancel()
	}
}
