package trace

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// dispersionWidths are the windows in which arrivals are counted.
var dispersionWidths = []time.Duration{time.Second, 10 * time.Second, time.Minute}

// A Dispersion is how uneven arrivals are when they are counted in windows of
// a width.
type Dispersion struct {
	Width time.Duration
	Mean  float64 // arrivals per second
	Peak  float64 // in the busiest window, per second
	Index float64 // variance over mean of the counts; 1 for Poisson arrivals
	Known bool    // false where the trace was counted in bins that do not fit the window
}

// A dispersionCounter counts arrivals in windows of all widths.
type dispersionCounter struct {
	at    []windowCounter
	total int64
}

type windowCounter struct {
	width   int64 // microseconds
	current int64 // index of the window being counted
	n       float64
	sum, sq float64
	peak    float64
}

func newDispersionCounter() *dispersionCounter {
	d := &dispersionCounter{}
	for _, w := range dispersionWidths {
		d.at = append(d.at, windowCounter{width: int64(w / time.Microsecond)})
	}
	return d
}

// add counts n arrivals at an instant, microseconds; instants do not decrease.
func (d *dispersionCounter) add(us int64, n float64) {
	d.total += int64(n)
	for i := range d.at {
		w := &d.at[i]
		if k := us / w.width; k != w.current {
			w.flush()
			w.current = k
		}
		w.n += n
	}
}

func (w *windowCounter) flush() {
	w.sum += w.n
	w.sq += w.n * w.n
	w.peak = max(w.peak, w.n)
	w.n = 0
}

// result is the dispersion over a span. For counts, only windows of whole bins
// are known.
func (d *dispersionCounter) result(spanUS, binUS int64) []Dispersion {
	var out []Dispersion
	for i := range d.at {
		w := d.at[i]
		w.flush()
		n := math.Ceil(float64(spanUS) / float64(w.width)) // windows, empty ones too
		mean := w.sum / n
		s := float64(w.width) / 1e6
		out = append(out, Dispersion{
			Width: time.Duration(w.width) * time.Microsecond, Mean: w.sum / (float64(spanUS) / 1e6), Peak: w.peak / s,
			Index: (w.sq/n - mean*mean) / mean, Known: binUS == 0 || w.width%binUS == 0,
		})
	}
	return out
}

// dispersionText is a table of dispersions.
func dispersionText(ds []Dispersion) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  %-8s %12s %12s %20s\n", "window", "mean /s", "peak /s", "index of dispersion")
	for _, d := range ds {
		if !d.Known {
			fmt.Fprintf(&b, "  %-8v %12s\n", d.Width, "not known: the windows are no multiple of the bins")
			continue
		}
		fmt.Fprintf(&b, "  %-8v %12.4g %12.4g %20.4g\n", d.Width, d.Mean, d.Peak, d.Index)
	}
	return b.String()
}
