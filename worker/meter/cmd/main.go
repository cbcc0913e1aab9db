// Command meter runs the go command with metered kernels:
//
//	go run ./worker/meter/cmd build [flags] packages
//	go run ./worker/meter/cmd run [flags] package [arguments]
//	go run ./worker/meter/cmd test [flags] packages
//
// Flags and arguments are those of go build, go run and go test. To look at
// the copies, write them to a new folder:
//
//	go run ./worker/meter/cmd copies FOLDER [flags of go build]
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"cnv/worker/meter"
)

const usage = "usage: meter build|run|test [flags and arguments of the go command], or meter copies FOLDER"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:])
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		os.Exit(max(1, failed.ExitCode())) // the go command has said why
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	switch {
	case len(args) >= 2 && args[0] == "copies":
		return copies(ctx, args[1], args[2:])
	case len(args) == 0 || !slices.Contains([]string{"build", "run", "test"}, args[0]):
		return errors.New(usage)
	}
	cmd, clean, err := meter.Meter{}.Command(ctx, args[0], args[1:]...)
	if err != nil {
		return err
	}
	defer clean()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	return cmd.Run()
}

// copies writes the metered copies into a new folder, and says what they are.
func copies(ctx context.Context, folder string, flags []string) error {
	if err := os.Mkdir(folder, 0o777); err != nil {
		return err
	}
	o, err := meter.Meter{}.Overlay(ctx, folder, flags...)
	if err != nil {
		return err
	}
	fmt.Printf("%d counters in %s\nuse: go build -overlay=%s ...\n", o.Counters, strings.Join(o.Copied, ", "), o.File)
	return nil
}
