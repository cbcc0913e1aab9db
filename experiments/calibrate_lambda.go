package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"cnv/experiments/calibrate"
	"cnv/policy"
)

// reportsIn reads the REPORT lines of a regular file; none of anything else.
func reportsIn(source string) ([]calibrate.Report, error) {
	info, err := os.Stat(source)
	if err != nil || !info.Mode().IsRegular() || filepath.Ext(source) == ".journal" {
		return nil, nil // calibrated says what is wrong with it
	}
	f, err := os.Open(source)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	all, err := calibrate.ReadReports(f)
	if err != nil {
		return nil, fmt.Errorf("cnv: %s: %w", source, err)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("cnv: %s is no journal, and has no REPORT line of AWS Lambda", source)
	}
	return all, nil
}

// reports fits [functions] to REPORT lines and writes it.
func (cmd *calibrateCmd) reports(c *console, all []calibrate.Report) error {
	if filepath.Ext(cmd.Out) != ".toml" {
		return refuse("cnv: %s: want the name of a new .toml file", cmd.Out)
	}
	if _, err := os.Lstat(cmd.Out); err == nil {
		return refuse("cnv: %s is there already; -o FILE writes another", cmd.Out)
	}
	stem := strings.TrimSuffix(cmd.Out, ".toml")
	fits := calibrate.FitReports(all, filepath.Base(stem)+"-")
	text, err := fits.Fragment(policy.Count(len(all), "REPORT line") + " of " + filepath.Base(cmd.Source))
	if err != nil {
		return err
	}
	for name, values := range fits.Samples {
		err = errors.Join(err, writeSamples(filepath.Join(filepath.Dir(cmd.Out), name), values))
	}
	if err := errors.Join(err, os.WriteFile(cmd.Out, []byte(text), 0o644)); err != nil {
		return err
	}
	c.printf("Fitted to %s of AWS Lambda\n\n", policy.Count(len(all), "REPORT line"))
	printFits(c, fits)
	c.printf("\nwritten: %s, tables to put into an experiment file\n", cmd.Out)
	return nil
}
