// Cnv compares load-balancing and autoscaling policies: in a simulator, many
// runs at once, from experiment files.
//
//	go run ./experiments/... [COMMAND] [ARGS]
//
// Without arguments it compares the policies of experiments/quickstart.toml.
// Exit codes of the built program (go run says 1 for both failures):
//
//	0  done
//	1  ran and failed
//	2  unusable input: everything wrong with it is listed on stderr
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"cnv/experiments/starter"
	"cnv/experiments/usage"
	"cnv/results/words"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// The exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitInput  = 2
)

// A commandLine is what can be typed.
type commandLine struct {
	Compare   compareCmd   `cmd:"" default:"withargs" help:"Run experiments in the simulator and print the comparison."`
	Start     startCmd     `cmd:"" help:"From a log to an answer: import it, write an experiment, run it and print the comparison."`
	Merge     mergeCmd     `cmd:"" help:"Put together what compare --shard has run on several machines."`
	Plot      plotCmd      `cmd:"" help:"Draw figures and report again from stored results; run nothing."`
	List      listCmd      `cmd:"" help:"List experiments and policies with their parameters."`
	Live      liveCmd      `cmd:"" help:"Run an experiment against real workers: a local cloud, AWS, or given by address: live --help."`
	Deploy    liveCmd      `cmd:"" help:"Make a deployment on AWS: deploy --help."`
	Status    liveCmd      `cmd:"" help:"Show a deployment and what it costs: status --help."`
	Destroy   liveCmd      `cmd:"" help:"Remove a deployment: destroy --help."`
	Set       liveCmd      `cmd:"" help:"Change settings of a gateway that serves, or list them: set --help."`
	Smoke     liveCmd      `cmd:"" help:"Try an AWS account for a few cents at most, and remove what that made: smoke --help."`
	Doctor    liveCmd      `cmd:"" help:"Look for what could keep a deployment from working: doctor --help."`
	Replay    replayCmd    `cmd:"" help:"Feed a journal to a fresh control plane and compare every decision."`
	Explain   explainCmd   `cmd:"" help:"Say what the policies saw and decided, for a request or an instant of a journal."`
	Calibrate calibrateCmd `cmd:"" help:"Fit the world of an experiment to a journal: launches, speed, network, functions, telemetry."`
	Whatif    whatifCmd    `cmd:"" help:"Say what other policies would have done with the requests of a journal, in a world fitted to it."`
	Diff      diffCmd      `cmd:"" help:"Say where the journals of a live run and its simulation part, why, and what makes their gap in cost and misses."`
	Drift     driftCmd     `cmd:"" help:"Say how good the simulator's predictions of live runs have been over time."`
	Validate  heldOutCmd   `cmd:"" help:"Fit to the first part of a journal or a log, and say how well that predicts the rest."`
	Study     studyCmd     `cmd:"" help:"Ask how far the simulator, and what is fitted for it, can be relied on, where the truth is known."`
	Trace     traceCmd     `cmd:"" help:"Import, generate, describe, transform and check traces."`
	Gallery   galleryCmd   `cmd:"" help:"Compare all experiments that come with the program, and list their answers on a page."`

	Completion completionCmd `cmd:"" help:"Print what makes a shell complete commands and flags."`
	Man        manCmd        `cmd:"" help:"Print the manual page."`

	Version kong.VersionFlag `help:"Print the version and exit."`
}

// commands is the names of them.
func commands() []string {
	var out []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[commandLine]()) {
		if _, ok := f.Tag.Lookup("cmd"); ok {
			out = append(out, strings.ToLower(f.Name))
		}
	}
	return out
}

// A liveCmd is one of the commands that are listed here and run by the live
// program.
type liveCmd struct{}

// A console is what commands write to.
type console struct {
	ctx      context.Context
	out, err io.Writer
	kept     *keeping // nil: nobody can interrupt
}

// printf writes to standard output.
func (c *console) printf(format string, args ...any) { fmt.Fprintf(c.out, format, args...) }

// A badInput is an error of what the user gave, as opposed to one of running it.
type badInput struct{ error }

// Unwrap gives the error itself.
func (b badInput) Unwrap() error { return b.error }

// refuse is the error of unusable input.
func refuse(format string, args ...any) error { return badInput{fmt.Errorf(format, args...)} }

// run is the program. It returns the exit code.
func run(args []string, out, errs io.Writer) int {
	out, errs = &words.PrintableWriter{W: out}, &words.PrintableWriter{W: errs}
	kept := &keeping{}
	ctx, stop := interruptible(errs, kept)
	defer stop()
	signal.Ignore(syscall.SIGPIPE) // `| head` must not kill the program before it has cleaned up
	checked := &checkedWriter{w: out}
	err := execute(&console{ctx, checked, errs, kept}, args)
	if err == nil {
		err = checked.err
	}
	var bad badInput
	switch {
	case err == nil, errors.Is(err, syscall.EPIPE): // who read the output has seen enough
		return exitDone
	case errors.As(err, &bad):
		fmt.Fprintln(errs, err)
		return exitInput
	case ctx.Err() != nil:
		fmt.Fprintln(errs, kept.interrupted())
	default:
		fmt.Fprintln(errs, err)
	}
	return exitFailed
}

// beneath is what standard output writes to, whatever is remembered of it.
func (c *console) beneath() io.Writer {
	if w, ok := c.out.(*checkedWriter); ok {
		return w.w
	}
	return c.out
}

// A checkedWriter remembers that writing failed: what nobody can read was not
// said.
type checkedWriter struct {
	w   io.Writer
	err error
}

func (c *checkedWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	if err != nil && c.err == nil {
		c.err = err
	}
	return n, err
}

// execute parses the arguments and runs a command.
func execute(c *console, args []string) error {
	if len(args) > 0 && args[0] == "help" { // help [COMMAND] is [COMMAND] --help
		args = append(slices.Clone(args[1:]), "--help")
	}
	if len(args) > 0 && slices.Contains(liveCommands, args[0]) {
		return runLive(c, args)
	}
	var cli commandLine
	left := false // kong has printed the help and wants to leave
	parser, err := kong.New(&cli,
		kong.Name("cnv"),
		kong.Description("Compare load-balancing and autoscaling policies. Without arguments: compare quickstart."),
		kong.Writers(c.out, c.err),
		kong.Exit(func(int) { left = true }),
		kong.ValueFormatter(usage.Value),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Bind(c),
		kong.Vars{"most": strconv.Itoa(starter.MostRequests), "version": version()},
	)
	if err != nil {
		return err
	}
	parsed, err := parser.Parse(args)
	if left {
		return nil
	}
	if err != nil {
		return refuse("cnv: %w (see cnv --help)", err)
	}
	return parsed.Run()
}
