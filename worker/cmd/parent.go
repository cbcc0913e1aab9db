package main

import (
	"context"
	"errors"
	"io"
	"os"
)

// errParent is why a worker drains whose parent has ended.
var errParent = errors.New("the program that started this one has ended")

// withParent is a context that ends, at the latest, when the program that
// started this one does. If standard input is a pipe or a socket, it is when
// that ends; the parent holds the other side and need not write to it. Else the
// kernel is asked to tell.
func withParent(ctx context.Context, in *os.File) (context.Context, error) {
	info, err := in.Stat()
	if err != nil || info.Mode()&(os.ModeNamedPipe|os.ModeSocket) == 0 {
		return ctx, signalWithParent()
	}
	ctx, end := context.WithCancelCause(ctx)
	go func() { // until the pipe or the process ends
		_, _ = io.Copy(io.Discard, in)
		end(errParent)
	}()
	return ctx, nil
}
