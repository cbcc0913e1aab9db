// Command cmd is the worker: it renders scenes, blurs and enhances pictures,
// and measures what each request took.
//
//	go run ./worker/cmd --listen 127.0.0.1:8000
//	curl -i '127.0.0.1:8000/spin?ms=100'
//
// Built like this it counts nothing. With metered kernels, whose answers carry
// instructions, blocks and calls:
//
//	go run ./worker/meter/cmd run ./worker/cmd --listen 127.0.0.1:8000
//
// Started by AWS Lambda (AWS_LAMBDA_RUNTIME_API is set) the same program is a
// function. Every flag may also be a variable: --sample 0.1 is CNV_SAMPLE=0.1.
//
// It prints one line of JSON when it listens:
//
//	{"address":"127.0.0.1:8000","pid":4711,"instance":"9f86d081884c7d65","metered":false}
//
// SIGTERM and SIGINT drain it, a second one ends it at once. Exit codes: 0
// drained; 1 failed, or requests had to be given up; 2 unusable arguments.
package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"cnv/worker/kernel"
	"cnv/worker/kernels"
	"cnv/worker/lambdafn"
)

func main() { os.Exit(execute(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// The exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitInput  = 2
)

// A commandLine is what can be typed.
type commandLine struct {
	Listen    string `help:"Address to serve; port 0 takes a free one." default:"127.0.0.1:8000" placeholder:"HOST:PORT"`
	ReadyFile string `help:"Also write the line with the address to this file." placeholder:"FILE"`

	Concurrency int           `help:"Requests computed at once; 0 is the number of cores." default:"0" placeholder:"N"`
	Queue       int           `help:"Requests that may wait; more are answered 503." default:"64" placeholder:"N"`
	Wait        time.Duration `help:"Longest wait, then 503." default:"1m"`
	Timeout     time.Duration `help:"Longest computation, then 504; in a function its time-out counts instead." default:"1m"`
	Transfer    time.Duration `help:"Longest upload of a body, then 408, or download of an answer." default:"30s"`

	Sample float64 `help:"Share of requests that are metered, 0 to 1, in a program with metered kernels." default:"1"`

	MaxBody   int64 `help:"Longest body, bytes." default:"${body}" placeholder:"BYTES"`
	MaxMemory int64 `help:"Memory of all bodies held, bytes; beyond it 503." default:"268435456" placeholder:"BYTES"`
	MaxPixels int64 `help:"Largest picture, pixels." default:"${pixels}" placeholder:"N"`
	MaxShapes int   `help:"Shapes of a scene, and lights, pigments and finishes each." default:"${shapes}" placeholder:"N"`
	MaxDepth  int   `help:"Reflections and refractions of a ray." default:"${depth}" placeholder:"N"`

	Warm          time.Duration `help:"Report ready this long after the start, like an application that loads." default:"0s"`
	Notice        time.Duration `help:"When asked to stop: report not ready, and keep serving this long." default:"2s"`
	Grace         time.Duration `help:"Then wait at most this long for requests in progress." default:"30s"`
	DieWithParent bool          `help:"Drain when the program that started this one ends: by the end of standard input, if that is a pipe, else by the kernel (Linux)."`

	Lonely time.Duration `help:"Drain after this long without any request, health checks included; 0: never." default:"0s"`

	Metadata string `help:"Metadata service that tells when the instance will be taken away; on EC2 http://169.254.169.254." env:"AWS_EC2_METADATA_SERVICE_ENDPOINT" placeholder:"URL"`

	CPU       string  `help:"Whose utilisation /telemetry reports: auto, cgroup, host, process or kernels. kernels: the time of requests as a share of --concurrency cores, even if they sleep; a sleep then counts as CPU time too." enum:"auto,cgroup,host,process,kernels" default:"auto"`
	Slow      float64 `help:"Hold each request this many times as long as it takes on a core of its own (1 or more), so that workers that share cores need not wait for each other. Times in answers, --wait, --timeout and --warm are then of a clock that runs this many times slower. 0: answer when the kernel is done." default:"0" placeholder:"FACTOR"`
	CoreSpeed float64 `help:"With --slow: the speed of this machine's cores, relative to that core." default:"1" placeholder:"RATIO"`
	Share     float64 `help:"With --slow: the share of that core that a request gets, more than 0 and at most 1." default:"1"`

	Kernel string     `help:"As a function: the kernel for events that name no kernel." placeholder:"NAME"`
	Log    slog.Level `help:"Lowest level of the log on stderr: debug (each request), info, warn or error." default:"info"`
}

// slowest is the most that --slow may be.
const slowest = 1000

// execute is the program. It returns the exit code.
func execute(args []string, in *os.File, out, errs io.Writer) int {
	var c commandLine
	left := false
	parser, err := kong.New(&c,
		kong.Name("worker"),
		kong.Description("Render scenes, blur and enhance pictures, and measure what each request took."),
		kong.DefaultEnvars("CNV"),
		kong.Writers(out, errs),
		kong.Exit(func(int) { left = true }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		defaults(kernel.Default),
	)
	if err != nil {
		fmt.Fprintln(errs, err)
		return exitFailed
	}
	_, err = parser.Parse(args)
	switch {
	case left:
		return exitDone
	case err == nil:
		err = c.check()
	}
	if err != nil {
		fmt.Fprintf(errs, "worker: %v (see --help)\n", err)
		return exitInput
	}
	w := newWorker(&c, errs)
	if lambdafn.Inside() {
		w.function()
		return exitDone
	}
	if err := w.serve(in, out); err != nil {
		fmt.Fprintf(errs, "worker: %v\n", err)
		return exitFailed
	}
	return exitDone
}

// defaults are the limits that hold if nobody says otherwise.
func defaults(l kernel.Limits) kong.Vars {
	return kong.Vars{
		"body": fmt.Sprint(l.Body), "pixels": fmt.Sprint(l.Pixels), "shapes": fmt.Sprint(l.Shapes), "depth": fmt.Sprint(l.Depth),
	}
}

// check finds all that is out of range.
func (c *commandLine) check() error {
	var errs []error
	least := func(flag string, value, least int64) {
		if value < least {
			errs = append(errs, fmt.Errorf("%s=%d: want at least %d", flag, value, least))
		}
	}
	positive := func(flag string, d time.Duration) {
		if d <= 0 {
			errs = append(errs, fmt.Errorf("%s=%v: want more than 0s", flag, d))
		}
	}
	least("--concurrency", int64(c.Concurrency), 0)
	least("--queue", int64(c.Queue), 0)
	least("--max-body", c.MaxBody, 1)
	least("--max-memory", c.MaxMemory, c.MaxBody)
	least("--max-pixels", c.MaxPixels, 1)
	least("--max-shapes", int64(c.MaxShapes), 1)
	least("--max-depth", int64(c.MaxDepth), 0)
	positive("--wait", c.Wait)
	positive("--timeout", c.Timeout)
	positive("--transfer", c.Transfer)
	positive("--grace", c.Grace)
	for flag, d := range map[string]time.Duration{"--warm": c.Warm, "--notice": c.Notice, "--lonely": c.Lonely} {
		if d < 0 {
			errs = append(errs, fmt.Errorf("%s=%v: want 0s or more", flag, d))
		}
	}
	if !(c.Slow == 0 || c.Slow >= 1 && c.Slow <= slowest) {
		errs = append(errs, fmt.Errorf("--slow=%v: want 0, or 1 to %d", c.Slow, slowest))
	}
	if !(c.CoreSpeed > 0) || math.IsInf(c.CoreSpeed, 0) {
		errs = append(errs, fmt.Errorf("--core-speed=%v: want more than 0", c.CoreSpeed))
	}
	if !(c.Share > 0 && c.Share <= 1) {
		errs = append(errs, fmt.Errorf("--share=%v: want more than 0, and at most 1", c.Share))
	}
	if !(c.Sample >= 0 && c.Sample <= 1) {
		errs = append(errs, fmt.Errorf("--sample=%v: want 0 to 1", c.Sample))
	}
	if _, ok := kernels.All()[c.Kernel]; c.Kernel != "" && !ok {
		errs = append(errs, fmt.Errorf("--kernel=%s: there are %s", c.Kernel, strings.Join(slices.Sorted(maps.Keys(kernels.All())), ", ")))
	}
	return errors.Join(errs...)
}
