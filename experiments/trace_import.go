package main

import (
	"errors"
	"fmt"
	"sync/atomic"

	"cnv/workloads/logs"
	"cnv/workloads/trace"
)

// An importCmd is `trace import`.
type importCmd struct {
	In     []string `arg:"" name:"file" help:"Files; - is standard input. The name of a kind may come first (see list); without one the kind is told by the first file."`
	Out    string   `short:"o" placeholder:"DIR" help:"Folder of the new trace."`
	DryRun bool     `help:"Write nothing; show what the trace would hold."`
	Force  bool     `help:"Accept impossible values, such as 5.9e7 arrivals per second, and leave out rows that cannot be read, however many they are."`
	Name   string   `help:"Name of the trace; by default that of the folder."`
	Day    string   `placeholder:"DATE" help:"Import only this day of counts with times, such as 1998-06-10, UTC."`

	Columns columnFlags `embed:""`
}

// columnFlags say what the columns of a log mean.
type columnFlags struct {
	Arrival      string   `placeholder:"COLUMN" help:"The column of the arrival instant (of JSON a path such as .request.ts; without a header 1, 2, ...)."`
	End          string   `placeholder:"COLUMN" help:"The column of the end, where arrivals are not logged: arrival = end - duration."`
	ArrivalUnit  string   `enum:",s,ms,us,ns,days" default:"" help:"Unit of instants that are numbers: s, ms, us or ns, or days as spreadsheets write them; told by their size by default."`
	Duration     string   `placeholder:"COLUMN" help:"The column of how long a request took."`
	DurationUnit string   `enum:",s,ms,us,ns" default:"" help:"Its unit. Without it the name of the column tells it, else it is seconds."`
	Work         string   `placeholder:"COLUMN" help:"The column of the work, CPU time."`
	WorkUnit     string   `enum:",s,ms,us,ns" default:"" help:"Its unit. Without it the name of the column tells it, else it is seconds."`
	Class        []string `placeholder:"COLUMN" help:"The column of the class, or several (path,status), or patterns such as /user/*: the first that matches is the class."`
	BytesIn      string   `placeholder:"COLUMN" help:"The column of the size of the request."`
	BytesOut     string   `placeholder:"COLUMN" help:"The column of the size of the answer."`
	Status       string   `placeholder:"COLUMN" help:"The column of the status."`
	Where        string   `placeholder:"EXPR" help:"Take only these rows, such as 'status < 500 and path ~ /user/*'."`
	Feature      []string `placeholder:"COLUMN" help:"A column of numbers that is kept as a feature of requests (column 3 of a file without a header as column3), for a formula such as work = '0.2ms * context' and for estimators. Repeatable."`
	Count        string   `placeholder:"COLUMN" help:"The column of counts, where a row is not a request."`
	Values       string   `enum:",counts,rates,totals" default:"" help:"What that column holds: counts (arrivals of one bin, from the instant of the row on), rates (per second) or totals (since some zero)."`
}

// IsZero says whether none is given.
func (f *columnFlags) IsZero() bool {
	o := f.options()
	return o.IsZero()
}

// options are the flags as the readers of logs take them.
func (f *columnFlags) options() logs.Options {
	return logs.Options{
		Arrival: f.Arrival, End: f.End, ArrivalUnit: f.ArrivalUnit, Duration: f.Duration, DurationUnit: f.DurationUnit, Work: f.Work, WorkUnit: f.WorkUnit,
		Class: f.Class, Features: f.Feature, BytesIn: f.BytesIn, BytesOut: f.BytesOut, Status: f.Status, Where: f.Where, Count: f.Count, Quantity: f.Values,
	}
}

// Run imports, and shows what the files were taken for and what came of them.
func (cmd *importCmd) Run(c *console) error {
	kind, files := trace.SplitKind(cmd.In)
	if cmd.Out == "" && !cmd.DryRun {
		return badInput{errors.New("cnv: trace import needs a folder for the trace (-o), or --dry-run")}
	}
	if isJournal(kind, files) {
		if cmd.DryRun || len(files) != 1 || !cmd.Columns.IsZero() || cmd.Day != "" || cmd.Force {
			return refuse("cnv: trace import journal takes one journal, and neither --dry-run, --day, --force nor columns")
		}
		if err := importJournal(c, files[0], cmd.Out, cmd.Name); err != nil {
			return err
		}
		return c.written(cmd.Out)
	}
	if !cmd.DryRun {
		c.sweepTraces(cmd.Out)
	}
	done, err := c.importFiles(kind, files, cmd.Out, trace.ImportOptions{
		Name: cmd.Name, Day: cmd.Day, Force: cmd.Force, DryRun: cmd.DryRun,
		Options: cmd.Columns.options(),
	})
	if err != nil {
		return badInput{err}
	}
	c.printf("%s", done)
	if !cmd.DryRun {
		c.printf("written to %s\n", trace.Shown(cmd.Out))
	}
	return nil
}

// importFiles is [trace.ImportFiles], telling how far it is.
func (c *console) importFiles(kind string, files []string, dir string, o trace.ImportOptions) (*trace.Imported, error) {
	o.Read = new(atomic.Int64)
	name := trace.Shown(files[0])
	if name == "-" {
		name = "standard input"
	}
	stop := c.during("reading "+name, func() string { return fmt.Sprintf("%d rows", o.Read.Load()) })
	defer stop()
	return trace.ImportFiles(kind, files, dir, o)
}
