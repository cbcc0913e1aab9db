package main

import (
	"os"
	"strconv"

	"golang.org/x/term"

	"cnv/experiments/outcome"
	"cnv/results/report"
)

// leastColumns is how narrow a screen may be said to be.
const leastColumns = 40

// screen is the terminal that is written to, or as many columns as COLUMNS says; else those
// of a terminal of old, and any number of lines.
func (c *console) screen() report.Screen {
	s := report.Screen{Columns: outcome.Width}
	if f, ok := beneath(c.beneath()).(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		if columns, lines, err := term.GetSize(int(f.Fd())); err == nil && columns > 0 {
			s = report.Screen{Columns: columns, Lines: lines}
		}
	}
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil {
		s.Columns = n
	}
	s.Columns = max(s.Columns, leastColumns)
	return s
}
