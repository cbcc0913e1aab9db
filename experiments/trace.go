package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"cnv/experiments/plan"
	"cnv/workloads/trace"
)

// A traceCmd is `trace`.
type traceCmd struct {
	Import    importCmd    `cmd:"" help:"Turn a log, or files of a data set, into a trace. The program finds the kind from the file (see list)."`
	Describe  describeCmd  `cmd:"" help:"Say what a trace holds: rates, dispersion, classes, what was recorded."`
	Generate  generateCmd  `cmd:"" help:"Write the arrivals of a generator as a trace."`
	Transform transformCmd `cmd:"" help:"Cut, thin, scale, compress or count a trace into a new one."`
	Record    recordCmd    `cmd:"" help:"Drive a worker with the original system's scenarios and keep what it measured."`
	Validate  validateCmd  `cmd:"" help:"Check every line, digest and total of a trace."`
}

// written describes a trace that was just written.
func (c *console) written(dir string) error {
	d, err := trace.Describe(dir)
	if err != nil {
		return err
	}
	c.printf("%swritten to %s\n", d, trace.Shown(dir))
	return nil
}

// A describeCmd is `trace describe`.
type describeCmd struct {
	Path string `arg:"" help:"Folder of a trace, or a CSV file with arrival_us,class,work_us."`
}

// Run describes a trace.
func (cmd *describeCmd) Run(c *console) error {
	d, err := trace.Describe(cmd.Path)
	if err != nil {
		return badInput{err}
	}
	c.printf("%s", d)
	if d.Changed != nil {
		return badInput{d.Changed}
	}
	return nil
}

// A generateCmd is `trace generate`.
type generateCmd struct {
	Generator  string   `arg:"" help:"Name of a generator that list shows, such as poisson."`
	Parameters []string `arg:"" optional:"" name:"key=value" help:"Keys of [[workload]], such as rate=5 duration=10m class=blurimage."`
	Seed       uint64   `default:"1" help:"Seed of the arrivals."`
	Out        string   `short:"o" required:"" placeholder:"DIR" help:"Folder of the new trace."`
}

// Run generates a trace.
func (cmd *generateCmd) Run(c *console) error {
	w, err := plan.Generated("cnv: trace generate", cmd.Generator, cmd.Parameters)
	if err != nil {
		return badInput{err}
	}
	if _, err := trace.Generate(w, cmd.Seed, cmd.Out); err != nil {
		return badInput{err}
	}
	return c.written(cmd.Out)
}

// A transformCmd is `trace transform`.
type transformCmd struct {
	Path         string        `arg:"" help:"Folder of a trace, or a CSV file."`
	Window       string        `placeholder:"FROM,TO" help:"Keep the arrivals between two instants, such as 10m,40m."`
	Thin         float64       `placeholder:"P" help:"Keep each arrival with this probability."`
	RateScale    float64       `placeholder:"X" help:"So many users for each one: local resamples come on top, below 1 arrivals are thinned."`
	TimeCompress float64       `placeholder:"X" help:"The same users in less time: divide all instants by X."`
	Bin          time.Duration `placeholder:"WIDTH" help:"Keep only counts per bin, such as 60s: see what that loses with placement."`
	Seed         uint64        `default:"1" help:"Of what is drawn."`
	Out          string        `short:"o" required:"" placeholder:"DIR" help:"Folder of the new trace."`
}

// Run transforms a trace and shows its dispersion before and after.
func (cmd *transformCmd) Run(c *console) error {
	t := trace.Transform{Thin: cmd.Thin, RateScale: cmd.RateScale, TimeCompress: cmd.TimeCompress, Bin: cmd.Bin, Seed: cmd.Seed}
	if cmd.Window != "" {
		var err error
		if t.From, t.To, err = window(cmd.Window); err != nil {
			return badInput{err}
		}
	}
	done, err := t.Apply(cmd.Path, cmd.Out)
	if err != nil {
		return badInput{err}
	}
	c.printf("%swritten to %s\n", done, trace.Shown(cmd.Out))
	return nil
}

// window reads "10m,40m".
func window(text string) (from, to time.Duration, err error) {
	a, b, ok := strings.Cut(text, ",")
	from, errFrom := time.ParseDuration(a)
	to, errTo := time.ParseDuration(b)
	if !ok || errFrom != nil || errTo != nil {
		return 0, 0, fmt.Errorf("cnv: --window %q, want two instants such as 10m,40m", text)
	}
	return from, to, nil
}

// A validateCmd is `trace validate`.
type validateCmd struct {
	Path string `arg:"" help:"Folder of a trace, or a CSV file."`
}

// Run checks a trace.
func (cmd *validateCmd) Run(c *console) error {
	if errs := trace.Validate(cmd.Path); len(errs) > 0 {
		return badInput{errors.Join(errs...)}
	}
	c.printf("%s is a good trace\n", cmd.Path)
	return nil
}
