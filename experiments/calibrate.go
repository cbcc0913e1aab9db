package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"cnv/experiments/calibrate"
	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/live/journals"
	"cnv/policy"
	"cnv/policy/journal"
	"cnv/results/words"
	"cnv/workloads/trace"
)

// A calibrateCmd is `calibrate`.
type calibrateCmd struct {
	Source string `arg:"" help:"Folder of a journal of a live or simulated run, or of results that hold one; a file with REPORT lines of AWS Lambda; the record of a smoke test; or a trace or a log with durations."`
	Out    string `short:"o" help:"The new experiment file; its trace and samples stand beside it." default:"world.toml" placeholder:"FILE"`
}

// Run fits the world of an experiment to a journal.
func (cmd *calibrateCmd) Run(c *console) error {
	stem, err := newFile(cmd.Out)
	if err != nil {
		return badInput{err}
	}
	switch p, err := partialOf(c, cmd.Source, stem); {
	case err != nil:
		return badInput{err}
	case p != nil:
		return p.write(c, cmd.Out)
	}
	w, err := calibrated(cmd.Source, cmd.Out, nil)
	if err != nil {
		return badInput{err}
	}
	w.sayEarly(c)
	w.print(c)
	c.printf("\nwritten: %s; %s compares its policies there\n", cmd.Out, outcome.CommandLine("go", "run", "./experiments/...", "compare", cmd.Out))
	return nil
}

// A fittedWorld is a journal, and the world that was fitted to it.
type fittedWorld struct {
	header journal.Header
	path   string // of the journal
	file   string // the experiment that was written
	text   string // of it
	seen   *calibrate.Seen
	fits   *calibrate.Fits
	sizes  *calibrate.Sizes                              // of requests whose work was not measured
	lack   []calibrate.Unsized                           // which those are
	trace  string                                        // folder of its arrivals, from the file
	more   func(w *calibrate.World, policy string) error // adds policies to it
	early  error                                         // why the journal ends before the run; nil: it does not
}

// calibrated fits a world to a journal and writes it: the file, its trace and its samples.
// more, if it is not nil, may add policies to it; it is told the journal's own.
func calibrated(source, file string, more func(w *calibrate.World, policy string) error) (w *fittedWorld, err error) {
	path, err := journalBelow(source)
	if err != nil {
		return nil, err
	}
	stem, err := newFile(file)
	if err != nil {
		return nil, err
	}
	w = &fittedWorld{path: path, file: file}
	dir := stem + "-trace"
	if err := w.follow(dir); err != nil {
		return nil, err
	}
	made := []string{dir}
	defer func() {
		if err != nil {
			for _, name := range made {
				os.RemoveAll(name)
			}
		}
	}()
	w.fits = w.seen.Fit(filepath.Base(stem) + "-")
	world, err := calibrate.NewWorld(&w.header, w.seen.Config, w.fits)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	w.trace = filepath.Base(dir)
	if world.Trace, w.more = w.trace, more; more != nil {
		if err := more(world, w.header.Policy); err != nil {
			return nil, err
		}
	}
	if w.text, err = world.Text(); err != nil {
		return nil, err
	}
	for name, values := range w.fits.Samples {
		name = filepath.Join(filepath.Dir(file), name)
		made = append(made, name)
		if err := writeSamples(name, values); err != nil {
			return nil, err
		}
	}
	if _, err := plan.Parse(file, filepath.Dir(file), w.text, plan.Options{}); err != nil {
		return nil, fmt.Errorf("cnv: the fitted world would not be valid, so nothing was written:\n%w", err)
	}
	return w, os.WriteFile(file, []byte(w.text), 0o644)
}

// follow reads the journal once: what was seen, and its arrivals as a trace.
func (w *fittedWorld) follow(dir string) error {
	r, err := journals.Open(w.path)
	if err != nil {
		return err
	}
	defer r.Close()
	cfg, err := r.Header.Configuration()
	if err != nil {
		return err
	}
	file, err := calibrate.ReadFile(r.Header.Experiment)
	if err != nil {
		return err
	}
	w.header, w.seen = r.Header, calibrate.NewSeen(cfg, file)
	arrivals := trace.NewObserved(cfg.Classes)
	h := trace.Header{Name: "recorded", Provenance: trace.Provenance{
		Source: fmt.Sprintf("a journal of %s / %s, seed %d, gateway %d", r.Header.Workload, r.Header.Policy, r.Header.Seed, r.Header.Gateway), Path: w.path,
	}, Notes: []string{"arrivals are instants at the gateway; work is what the worker that answered has measured"}}
	w.early, err = eachRecord(r, func(rec *journal.Record) error {
		w.seen.Add(rec.At, &rec.Event, rec.Commands)
		return arrivals.Step(rec.At, &rec.Event, rec.Commands)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", w.path, err)
	}
	if arrivals.Requests() == 0 {
		return fmt.Errorf("%s: no arrivals in it", w.path)
	}
	if cfg, changed := w.seen.Serve(); changed {
		if err := w.followAgain(cfg); err != nil {
			return err
		}
	}
	w.sizes, w.lack = w.seen.Sizes(), w.seen.Unsized()
	if len(w.lack) > 0 {
		if !w.sizes.Known() {
			return fmt.Errorf("%s: no request came to its end at a worker or a function: there is no work to replay", w.path)
		}
		h.Notes = append(h.Notes, fmt.Sprintf("the work of %d of %d requests was not measured: it is what they were given, or drawn from the law of the others, longer than what they were given (Kaplan-Meier)", len(w.lack), arrivals.Requests()))
		rand := policy.NewRand(w.header.Seed, "sizes", 0)
		for i := range w.lack {
			u := &w.lack[i]
			arrivals.Size(u.Index, w.sizes.Draw(rand, u), words.IfElse(u.Implied, "implied", "drawn"))
		}
	}
	arrivals.Since(w.seen.Start)
	_, err = arrivals.Record(dir, h)
	return err
}

// followAgain reads the journal once more, as workers serve otherwise than was taken.
func (w *fittedWorld) followAgain(cfg policy.Config) error {
	r, err := journals.Open(w.path)
	if err != nil {
		return err
	}
	defer r.Close()
	w.seen = w.seen.Again(cfg)
	_, err = eachRecord(r, func(rec *journal.Record) error {
		w.seen.Add(rec.At, &rec.Event, rec.Commands)
		return nil
	})
	return err
}

// eachRecord calls f for every record of a journal, which may end early, as by a crash, and
// says why it did.
func eachRecord(r *journal.Reader, f func(*journal.Record) error) (early, err error) {
	var rec journal.Record
	for {
		err := r.Next(&rec)
		switch {
		case errors.Is(err, io.EOF):
			return nil, nil
		case errors.Is(err, journal.ErrTorn) || errors.Is(err, journal.ErrGap):
			return err, nil
		case err == nil:
			err = f(&rec)
		}
		if err != nil {
			return nil, fmt.Errorf("after record %d: %w", r.Records(), err)
		}
	}
}

// writeSamples writes values, seconds, one a line.
func writeSamples(name string, values []float64) error {
	var b strings.Builder
	b.WriteString("s\n")
	for _, v := range values {
		b.WriteString(strconv.FormatFloat(v, 'g', 9, 64) + "\n")
	}
	return os.WriteFile(name, []byte(b.String()), 0o644)
}

// earlyText says that the journal ends before the run does; "" if it does not.
func (w *fittedWorld) earlyText() string {
	if w.early == nil {
		return ""
	}
	return fmt.Sprintf("Note: the journal is read up to %s only: %v. Requests without an answer until then count as unanswered in what was measured.", at(w.seen.End), w.early)
}

// sayEarly says that the journal ends before the run does.
func (w *fittedWorld) sayEarly(c *console) {
	if text := w.earlyText(); text != "" {
		paragraph(c, text)
		c.printf("\n")
	}
}

// print says what was fitted, and what could not be.
func (w *fittedWorld) print(c *console) {
	c.printf("Fitted to the journal of %s / %s, seed %d: %s, %s to workers and functions\n\n",
		w.header.Workload, w.header.Policy, w.header.Seed, policy.Count(w.seen.Requests, "request"), policy.Count(len(w.seen.Attempts), "attempt"))
	printFits(c, w.fits)
}

// printFits says what was fitted, and what could not be.
func printFits(c *console, fits *calibrate.Fits) {
	for _, f := range fits.Known {
		say(c, f.Table+"."+f.Key+" = "+fitValue(&f), fmt.Sprintf("%s: %s", policy.Count(f.N, "observation"), f.Says))
	}
	if len(fits.Unknown) > 0 {
		c.printf("\nNot told by the journal, so it is as it was\n\n")
	}
	for _, u := range fits.Unknown {
		say(c, u.Key, u.Why)
	}
}

// fitValue says the value of a fit.
func fitValue(f *calibrate.Fit) string {
	switch {
	case f.Value == "":
		return "as it was"
	case strings.HasPrefix(f.Value, "{"):
		return "a law of its own"
	}
	return f.Value
}

// say prints a name, and a text below it, indented.
func say(c *console, name, text string) {
	c.printf("%s\n", name)
	for _, line := range words.Wrap(text, outcome.Width-4) {
		c.printf("    %s\n", line)
	}
}
