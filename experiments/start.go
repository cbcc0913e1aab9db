package main

import (
	"cnv/results/words"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/experiments/starter"
	"cnv/workloads/trace"
)

// A startCmd is `start`.
type startCmd struct {
	In        []string      `arg:"" name:"file" help:"A log, several of one kind, a journal, or a trace; - is standard input. The name of a kind may come first (see list)."`
	Trace     string        `short:"o" placeholder:"DIR" help:"Folder of the new trace; the experiment is DIR.toml beside it. By default the name of the log, here."`
	Work      time.Duration `name:"mean-work" placeholder:"D" help:"Mean work of a request, CPU time, where the log has neither CPU time nor durations. Without it 50ms is assumed."`
	Most      int64         `default:"${most}" placeholder:"N" help:"Most requests that the experiment replays; of a longer log it takes the busiest part."`
	WriteOnly bool          `help:"Write trace and experiment, and run nothing."`
	Seeds     *int          `placeholder:"N" help:"Replications, instead of what is chosen by the size of the log."`
	Jobs      int           `placeholder:"N" help:"How many runs at once; by default one for each core."`
	Out       string        `default:"results" placeholder:"DIR" help:"Folder for results."`
	NoFigures bool          `help:"No figures and no report."`
	Force     bool          `help:"Accept a log with impossible values, such as 5.9e7 arrivals per second."`

	Columns columnFlags `embed:""`
}

// Run goes from a log to an answer.
func (cmd *startCmd) Run(c *console) error {
	kind, files := trace.SplitKind(cmd.In)
	dir, isTrace := cmd.folder(files[0])
	isLog := !isTrace && !isJournal(kind, files)
	if !isLog && (len(files) != 1 || !cmd.Columns.IsZero() || cmd.Force) {
		return refuse("cnv: start takes one trace or one journal, and with it neither --force nor what is said of columns (--arrival, --where, ...)")
	}
	if isTrace && kind != "" {
		return refuse("cnv: %s is a trace, and %s the kind of a log: leave the kind out", files[0], kind)
	}
	file := dir + ".toml"
	if cmd.Trace != "" {
		file = filepath.Clean(cmd.Trace) + ".toml"
	}
	if _, err := os.Stat(file); err == nil {
		return refuse("cnv: %s is there already: go run ./experiments/... compare %s runs it again; -o DIR writes another", file, file)
	}
	if cmd.Work < 0 || cmd.Most < 0 {
		return refuse("cnv: --mean-work %v, --most %d: want nothing below 0", cmd.Work, cmd.Most)
	}
	c.sweepTraces(dir)
	switch {
	case isTrace:
	case !isLog:
		if err := importJournal(c, files[0], dir, ""); err != nil {
			return err
		}
	default:
		done, err := c.importFiles(kind, files, dir, trace.ImportOptions{Force: cmd.Force, Options: cmd.Columns.options()})
		if err != nil {
			return badInput{err}
		}
		c.printf("%s", done.Brief())
	}
	d, err := cmd.design(c, dir, file)
	if err != nil {
		if !isTrace {
			os.RemoveAll(dir) // it was made above, and would be in the way of another try
		}
		return err
	}
	if cmd.WriteOnly {
		return nil
	}
	run := compareCmd{Experiments: []string{file}, Seeds: cmd.Seeds, Jobs: cmd.Jobs, Out: cmd.Out, NoFigures: cmd.NoFigures, Format: "table", brief: d.Answer}
	if err := run.Run(c); err != nil {
		return err
	}
	c.printf("Differences, warnings, assumptions, and all again after a change of %s:\n  %s\n", file, outcome.CommandLine("go", "run", "./experiments/...", "compare", file, "--verbose"))
	return nil
}

// folder is where the trace goes, or is.
func (cmd *startCmd) folder(in string) (dir string, isTrace bool) {
	if _, err := os.Stat(filepath.Join(in, "trace.json")); err == nil {
		return filepath.Clean(in), true
	}
	if cmd.Trace != "" {
		return filepath.Clean(cmd.Trace), false
	}
	name, _, _ := strings.Cut(filepath.Base(in), ".")
	if name == "" || name == "-" {
		name = "log"
	}
	if info, err := os.Stat(name); err == nil && !info.IsDir() { // the log itself
		name += "-trace"
	}
	return name, false
}

// design writes the experiment, and says what was chosen.
func (cmd *startCmd) design(c *console, dir, file string) (d *starter.Design, err error) {
	whole, err := trace.Profiled(dir)
	if err != nil {
		return nil, badInput{err}
	}
	var choices []starter.Choice
	cut := false
	if from, to := whole.Busiest(cmd.Most); to > 0 {
		part := strings.TrimSuffix(file, ".toml") + "-busiest" // not beside a trace that is somebody else's
		if _, err := (trace.Transform{From: from, To: to, Seed: 1}).Apply(dir, part); err != nil {
			return nil, badInput{err}
		}
		defer func() {
			if err != nil {
				os.RemoveAll(part) // as it was made here
			}
		}()
		choices = append(choices, starter.Choice{Name: "part", Text: fmt.Sprintf("the log has %d requests; the experiment takes the busiest part, %s from %s on (%s); --most N takes more", whole.Records, starter.Span(to-from), starter.Span(from), part)})
		dir, cut = part, true
	}
	rel, err := relative(filepath.Dir(file), dir)
	if err != nil {
		return nil, badInput{err}
	}
	seeds := 0
	if cmd.Seeds != nil {
		seeds = *cmd.Seeds
	}
	stop := c.during("looking for a fleet for the peaks, by simulation", nil)
	d, err = starter.New(dir, whole, starter.Options{Work: cmd.Work, Part: cut, Most: cmd.Most, Seeds: seeds, Trace: filepath.ToSlash(rel)})
	stop()
	if err != nil {
		return nil, badInput{err}
	}
	text, err := d.File()
	if err != nil {
		return nil, err
	}
	if _, err := plan.Parse(file, filepath.Dir(file), text, plan.Options{}); err != nil { // before it is there
		return nil, badInput{fmt.Errorf("cnv: the experiment for this log would not be valid, so nothing was written:\n%w", err)}
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		return nil, badInput{err}
	}
	c.printf("\nChosen\n")
	for _, choice := range append(choices, d.Choices...) {
		for i, line := range words.Wrap(choice.Text, outcome.Width-nameColumn) {
			name := ""
			if i == 0 {
				name = choice.Name
			}
			c.printf("%-*s%s\n", nameColumn, name, line)
		}
	}
	c.printf("written: %s, an experiment on the trace %s\n", file, dir)
	return d, nil
}

// relative is a path as seen from a folder, whichever of them is absolute.
func relative(from, path string) (string, error) {
	from, err := filepath.Abs(from)
	if err != nil {
		return "", err
	}
	if path, err = filepath.Abs(path); err != nil {
		return "", err
	}
	return filepath.Rel(from, path)
}

// nameColumn is how wide names are before what is said of them.
const nameColumn = 14
