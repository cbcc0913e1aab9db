// Cnv-live runs the policies of an experiment against real workers: the same
// Controller as in the simulator, behind an HTTP gateway. The experiments
// program builds and starts it for the commands that need it:
//
//	go run ./experiments/... live FILE.toml --target static --workers 10.0.0.5:8000,10.0.0.6:8000
//
// Exit codes: 0 done; 1 ran and failed; 2 unusable input; 3 the budget or the
// time of a gateway that serves is used up.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"cnv/experiments/usage"
	"cnv/live/run"
	"cnv/results/words"
)

func main() { os.Exit(command(os.Args[1:], os.Stdout, os.Stderr)) }

// The exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitInput  = 2
	exitSpent  = 3
)

// A commandLine is what can be typed.
type commandLine struct {
	Live    liveCmd    `cmd:"" default:"withargs" help:"Run an experiment against real workers and print the comparison."`
	Deploy  deployCmd  `cmd:"" help:"Make a deployment on AWS, or complete one."`
	Status  statusCmd  `cmd:"" help:"Show what a deployment has on AWS, and what it costs per hour."`
	Destroy destroyCmd `cmd:"" help:"Remove all that a deployment has on AWS."`
	Set     setCmd     `cmd:"" help:"Change settings of a gateway that serves, or list them."`
	Smoke   smokeCmd   `cmd:"" help:"Try an AWS account for a few cents at most: one item, one call, one instance; then remove all of it."`
	Doctor  doctorCmd  `cmd:"" help:"Check what could keep a deployment from working; change nothing."`
}

// shipped takes the experiments that the experiments program hands over, out
// of the environment, so that no child inherits them.
func shipped() (map[string]string, error) {
	const name = "CNV_EXPERIMENTS"
	text, given := os.LookupEnv(name)
	if !given {
		return nil, nil
	}
	var out map[string]string
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		return nil, run.Refuse("cnv: %s in the environment: %w", name, err)
	}
	return out, os.Unsetenv(name)
}

// command is the program. It returns the exit code.
func command(args []string, out, errs io.Writer) int {
	out, errs = &words.PrintableWriter{W: out}, &words.PrintableWriter{W: errs}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	signal.Ignore(syscall.SIGPIPE)
	endWithParent()
	texts, err := shipped()
	if err == nil {
		err = execute(&run.Console{Ctx: ctx, Out: out, Err: errs, Shipped: texts}, args)
	}
	return ended(errs, err)
}

// ended says why the program ends, if it is not done, and returns the exit code.
func ended(errs io.Writer, err error) int {
	var bad run.BadInput
	switch {
	case err == nil, errors.Is(err, syscall.EPIPE):
		return exitDone
	case errors.As(err, &bad):
		fmt.Fprintln(errs, err)
		return exitInput
	case errors.Is(err, run.ErrSpent):
		fmt.Fprintln(errs, err)
		return exitSpent
	}
	fmt.Fprintln(errs, err)
	return exitFailed
}

// execute parses the arguments and runs a command.
func execute(c *run.Console, args []string) error {
	var cli commandLine
	left := false
	parser, err := kong.New(&cli,
		kong.Name("cnv"),
		kong.Description("Run load-balancing and autoscaling policies against real workers."),
		kong.Writers(c.Out, c.Err),
		kong.Exit(func(int) { left = true }),
		kong.ValueFormatter(usage.Value),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Bind(c),
		kong.Vars{"target": defaultTarget(args)},
	)
	if err != nil {
		return err
	}
	parsed, err := parser.Parse(args)
	if left {
		return nil
	}
	if err != nil {
		return run.Refuse("cnv: %w (see cnv %s --help)", err, commandOf(parser, args))
	}
	return parsed.Run()
}

// commandOf is the command that arguments begin with; live is what runs without one.
func commandOf(parser *kong.Kong, args []string) string {
	for _, c := range parser.Model.Children {
		if len(args) > 0 && c.Name == args[0] {
			return c.Name
		}
	}
	return "live"
}

// defaultTarget is static where workers are given, gateway where one is, else
// local.
func defaultTarget(args []string) string {
	for _, a := range args {
		if a == "--workers" || strings.HasPrefix(a, "--workers=") {
			return "static"
		}
		if a == "--address" || strings.HasPrefix(a, "--address=") {
			return "gateway"
		}
	}
	return "local"
}
