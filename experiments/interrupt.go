package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const interrupted = "interrupted: nothing was written, earlier results are as they were"

// endsWithin is how long the program may take to end when it is told to. Tests change it.
var endsWithin = 1500 * time.Millisecond

// interruptible is a context that ends with the first SIGINT or SIGTERM. What does
// not heed it, such as a policy that loops for ever or a figure that is being
// drawn, ends with the program a moment later; a second signal ends it at once.
func interruptible(errs io.Writer) (ctx context.Context, stop func()) {
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
		fmt.Fprintln(errs, interrupted)
		os.Exit(exitFailed)
	}()
	return ctx, func() {
		signal.Stop(told)
		close(done)
		cancel()
	}
}
