package main

import (
	"fmt"
	"math"
	"os"
	"slices"
	"time"

	"cnv/experiments/calibrate"
	"cnv/results/words"
	"cnv/workloads/trace"
)

// A heldOutCmd is `validate` of a log; `trace validate` checks a trace.
type heldOutCmd struct {
	Source  []string `arg:"" name:"log" help:"Folder of a journal, or of results that hold one; or a trace, or a log. The name of a log's kind may come first (see list)."`
	Train   float64  `help:"The first part of the requests, to which all is fitted." default:"0.5" placeholder:"SHARE"`
	Windows int      `help:"Windows of as many requests each that are held out." default:"8" placeholder:"N"`
	Draws   int      `help:"Worlds that are drawn from what was fitted to a journal." default:"20" placeholder:"N"`
	Jobs    int      `help:"Runs at once; all cores by default." placeholder:"N"`
}

// Run fits to the first part of a journal or a log, and says how well that predicts the rest.
func (cmd *heldOutCmd) Run(c *console) error {
	switch {
	case !(cmd.Train >= 0.1 && cmd.Train <= 0.9):
		return refuse("cnv: --train %v, want a share from 0.1 to 0.9", cmd.Train)
	case cmd.Windows < 2 || cmd.Windows > 100:
		return refuse("cnv: --windows %d, want 2 to 100", cmd.Windows)
	case cmd.Draws < 5 || cmd.Draws > 1000:
		return refuse("cnv: --draws %d, want 5 to 1000", cmd.Draws)
	}
	kind, files := trace.SplitKind(cmd.Source)
	dir, err := os.MkdirTemp("", "cnv-validate-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if isJournal(kind, files) {
		return cmd.journal(c, dir, files[0])
	}
	return cmd.trace(c, dir, kind, files)
}

// before is how many windows of training there are for so many held out.
func (cmd *heldOutCmd) before() int {
	return max(2, int(math.Round(float64(cmd.Windows)*cmd.Train/(1-cmd.Train))))
}

// A heldOut is a metric of a window that was held out: measured, and predicted.
type heldOut struct {
	from, name, unit string
	measured         float64
	predicted        calibrate.Prediction
	asBefore         float64 // the mean of the windows of training
	within           bool
}

// windowAt writes when a window begins that is so long: to a tenth of that, so that no two begin
// at once, and no finer than a millisecond.
func windowAt(begin, long time.Duration) string {
	unit := time.Second
	for unit > time.Millisecond && 10*unit > long {
		unit /= 10
	}
	return begin.Round(unit).String()
}

// errorOf is how far a value is off what was measured: points of a share, else in parts.
func (h *heldOut) errorOf(v float64) float64 {
	switch {
	case v == h.measured:
		return 0
	case h.unit == "%":
		return math.Abs(v - h.measured)
	}
	return math.Abs(v-h.measured) / math.Abs(h.measured)
}

// tellHeldOut prints the windows, and how good predictions of each metric are.
func tellHeldOut(c *console, all []heldOut, about string) {
	c.printf("%-28s %9s  %-28s %9s\n", "", "measured", "predicted ("+about+")", "as before")
	for i := range all {
		h := &all[i]
		mark := ""
		if !h.within {
			mark = "  OUTSIDE"
		}
		c.printf("%-28s %9s  %-28s %9s%s\n", "from "+h.from+": "+h.name+", "+h.unit, digits(h.measured), within(h.predicted, digits), digits(h.asBefore), mark)
	}
	c.printf("\n%-18s %14s %16s %10s\n", "", "median error", "error as before", "within")
	var names []string
	for i := range all {
		if !slices.Contains(names, all[i].name) {
			names = append(names, all[i].name)
		}
	}
	held, n := 0, 0
	for _, name := range names {
		var errors, before []float64
		in, unit := 0, ""
		for i := range all {
			if h := &all[i]; h.name == name {
				errors, before, unit = append(errors, h.errorOf(h.predicted.Mean)), append(before, h.errorOf(h.asBefore)), h.unit
				if h.within {
					in++
				}
			}
		}
		held, n = held+in, n+len(errors)
		c.printf("%-18s %14s %16s %10s\n", name, asError(errors, unit), asError(before, unit), fmt.Sprintf("%d of %d", in, len(errors)))
	}
	c.printf("\n")
	paragraph(c, fmt.Sprintf("%d of %d values of windows that were held out lie within their intervals of 95 %%. As before: the mean of the windows that were learnt from.", held, n))
}

// asError writes the median of errors.
func asError(errors []float64, unit string) string {
	sorted := slices.Sorted(slices.Values(errors))
	e := sorted[(len(sorted)-1)/2]
	switch {
	case math.IsNaN(e) || math.IsInf(e, 0):
		return "∞"
	case unit == "%":
		return words.Significant(e, 2) + " points"
	}
	return words.Significant(100*e, 2) + " %"
}
