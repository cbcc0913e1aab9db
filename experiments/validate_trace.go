package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"cnv/experiments/calibrate"
	"cnv/policy"
	"cnv/workloads"
	"cnv/workloads/trace"
)

// trace validates what a log says of its own future, without any model of who served it: the
// windows of its first part predict the rate and the recorded durations of those after it.
func (cmd *heldOutCmd) trace(c *console, dir, kind string, files []string) error {
	windows, requests, err := cmd.windowsOf(c, dir, kind, files)
	if err != nil {
		return badInput{err}
	}
	before := cmd.before()
	paragraph(c, fmt.Sprintf("The first %d of %s are learnt from, in %d windows; the others are predicted to be like those. Who served them is not modelled: validate a journal for that.", before*requests/len(windows), policy.Count(requests, "request"), before))
	c.printf("\n")
	tellHeldOut(c, heldOutOf(windows, before), "95 % of windows")
	return nil
}

// windowsOf imports a log, if it is no trace, and cuts it into windows.
func (cmd *heldOutCmd) windowsOf(c *console, dir, kind string, files []string) (windows []logWindow, requests int, err error) {
	path := files[0]
	if info, err := os.Stat(filepath.Join(path, "trace.json")); err != nil || info.IsDir() {
		path = filepath.Join(dir, "trace")
		if _, err := c.importFiles(kind, files, path, trace.ImportOptions{}); err != nil {
			return nil, 0, err
		}
	}
	w, err := trace.Open(path, trace.Options{Replicate: trace.None, Spread: "none", Size: workloads.Constant(1)}) // no work is asked for
	if err != nil {
		return nil, 0, err
	}
	src, err := w.Open(1)
	if err != nil {
		return nil, 0, err
	}
	var all []logged
	var a workloads.Arrival
	for src.Next(&a) {
		all = append(all, logged{a.At, a.Wall})
	}
	if err := src.Err(); err != nil {
		return nil, 0, err
	}
	n := cmd.before() + cmd.Windows
	if len(all)/n < 10 {
		return nil, 0, fmt.Errorf("cnv: %s has %s, less than 10 for each of %d windows: give fewer --windows", files[0], policy.Count(len(all), "request"), n)
	}
	windows = make([]logWindow, n)
	for k := range windows {
		windows[k] = newLogWindow(all[k*len(all)/n : (k+1)*len(all)/n])
	}
	return windows, len(all), nil
}

// A logged is a request of a log: its arrival, and its recorded duration, less than 0 where
// there is none.
type logged struct{ at, wall time.Duration }

// A logWindow is as many requests as others, of a log.
type logWindow struct {
	from          time.Duration
	rate          float64 // requests per second
	p50, p90      float64 // recorded durations, seconds; NaN: none
	withDurations int
}

// newLogWindow sums up successive arrivals.
func newLogWindow(all []logged) logWindow {
	w := logWindow{from: all[0].at, p50: math.NaN(), p90: math.NaN()}
	if span := (all[len(all)-1].at - all[0].at).Seconds(); span > 0 {
		w.rate = float64(len(all)-1) / span
	}
	var tooks []float64
	for i := range all {
		if all[i].wall >= 0 {
			tooks = append(tooks, all[i].wall.Seconds())
		}
	}
	if w.withDurations = len(tooks); w.withDurations > 0 {
		slices.Sort(tooks)
		w.p50, w.p90 = tooks[(len(tooks)-1)/2], tooks[(len(tooks)-1)*9/10]
	}
	return w
}

// logMetrics are those of a window.
var logMetrics = []struct {
	name, unit string
	of         func(w *logWindow) float64
}{
	{"rate", "per s", func(w *logWindow) float64 { return w.rate }},
	{"p50", "s", func(w *logWindow) float64 { return w.p50 }},
	{"p90", "s", func(w *logWindow) float64 { return w.p90 }},
}

// heldOutOf predicts each window after the first ones by those.
func heldOutOf(windows []logWindow, before int) (out []heldOut) {
	for k := before; k < len(windows); k++ {
		for _, m := range logMetrics {
			var past []float64
			for i := range windows[:before] {
				past = append(past, m.of(&windows[i]))
			}
			measured, p := m.of(&windows[k]), calibrate.Predict(past)
			if math.IsNaN(measured) || math.IsNaN(p.Mean) {
				continue // no durations were recorded
			}
			in := measured >= p.Low && measured <= p.High
			p.Low = max(p.Low, 0)
			out = append(out, heldOut{windowAt(windows[k].from, windows[len(windows)-1].from/time.Duration(len(windows))), m.name, m.unit, measured, p, p.Mean, in})
		}
	}
	return out
}
