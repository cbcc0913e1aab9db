package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"cnv/experiments/calibrate"
	"cnv/policy"
	"cnv/workloads"
	"cnv/workloads/trace"
)

// A partial is what is fitted to a source that is no journal: tables for an experiment file.
type partial struct {
	fits *calibrate.Fits
	of   string // "3 REPORT lines of lambda.log"
}

// partialOf fits to a file that is no journal: the record of a smoke test, REPORT lines of AWS Lambda,
// or a trace or a log with durations. nil: it may be a journal.
func partialOf(c *console, source, stem string) (*partial, error) {
	if info, err := os.Stat(filepath.Join(source, "trace.json")); err == nil && !info.IsDir() {
		return partialLog(c, source, stem)
	}
	info, err := os.Stat(source)
	if err != nil || !info.Mode().IsRegular() || filepath.Ext(source) == ".journal" {
		return nil, nil // calibrated says what is wrong with it
	}
	text, err := os.ReadFile(source)
	if err != nil {
		return nil, err
	}
	base := filepath.Base(source)
	if s, ok := calibrate.ReadSmoke(text); ok {
		return &partial{calibrate.FitSmoke(s), "the record of a smoke test, " + base}, nil
	}
	lines, err := calibrate.ReadReports(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("cnv: %s: %w", source, err)
	}
	if len(lines) > 0 {
		return &partial{calibrate.FitReports(lines, filepath.Base(stem)+"-"), policy.Count(len(lines), "REPORT line") + " of AWS Lambda in " + base}, nil
	}
	p, err := partialLog(c, source, stem)
	if err != nil {
		return nil, fmt.Errorf("cnv: %s is no journal, has no REPORT line of AWS Lambda and is no record of a smoke test; as a log: %w", source, err)
	}
	return p, nil
}

// partialLog fits the sizes of requests to a trace, or to a log that is imported beside the new file.
func partialLog(c *console, source, stem string) (*partial, error) {
	dir := source
	if info, err := os.Stat(source); err != nil || !info.IsDir() {
		dir = stem + "-trace"
		if _, err := c.importFiles("", []string{source}, dir, trace.ImportOptions{}); err != nil {
			return nil, err
		}
	}
	w, err := trace.Open(dir, trace.Options{Replicate: trace.None, Spread: "none", Size: workloads.Constant(1)}) // no work is asked for
	if err != nil {
		return nil, err
	}
	src, err := w.Open(1)
	if err != nil {
		return nil, err
	}
	var all []calibrate.Wall
	var a workloads.Arrival
	n := 0
	for src.Next(&a) {
		if n++; a.Wall >= 0 {
			all = append(all, calibrate.Wall{At: a.At.Seconds(), Took: a.Wall.Seconds()})
		}
	}
	if err := src.Err(); err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("none of its %s has a duration", policy.Count(n, "request"))
	}
	path, err := filepath.Rel(filepath.Dir(stem), dir)
	if err != nil {
		path = dir
	}
	return &partial{calibrate.FitWalls(all, filepath.ToSlash(path), filepath.Base(stem)+"-"), policy.Count(len(all), "duration") + " of " + filepath.Base(source)}, nil
}

// write writes the tables and says what was fitted.
func (p *partial) write(c *console, file string) error {
	text, err := p.fits.Fragment(p.of)
	if err != nil {
		return err
	}
	for name, values := range p.fits.Samples {
		err = errors.Join(err, writeSamples(filepath.Join(filepath.Dir(file), name), values))
	}
	if err := errors.Join(err, os.WriteFile(file, []byte(text), 0o644)); err != nil {
		return err
	}
	c.printf("Fitted to %s\n\n", p.of)
	printFits(c, p.fits)
	c.printf("\nwritten: %s, tables to put into an experiment file\n", file)
	return nil
}

// newFile refuses a name that is not of a new experiment file, and returns it without its ending.
func newFile(name string) (stem string, err error) {
	if filepath.Ext(name) != ".toml" {
		return "", fmt.Errorf("cnv: %s: want the name of a new .toml file", name)
	}
	if _, err := os.Lstat(name); err == nil {
		return "", fmt.Errorf("cnv: %s is there already; -o FILE writes another", name)
	}
	return strings.TrimSuffix(name, ".toml"), nil
}
