package workloads

import (
	"math"
	"time"
)

// mostCells bounds the cells of an [Offered]: 8 MB.
const mostCells = 1 << 20

// An Offered is the work that a source offers over time, in cells of equal width.
type Offered struct {
	width float64   // of a cell, s
	work  []float32 // that arrives in each cell, CPU-seconds
	n     []int32   // arrivals in each cell
	total int64
	sum   float64 // of all work
}

// Offer reads a source of a span to its end. Cells are of 10 ms, or as wide as
// mostCells of them need.
func Offer(src Source, span time.Duration) (*Offered, error) {
	o := &Offered{width: max(0.01, span.Seconds()/mostCells)}
	var a Arrival
	for src.Next(&a) {
		i := int(a.At.Seconds() / o.width)
		if i >= mostCells { // beyond the span
			i = mostCells - 1
		}
		for len(o.work) <= i {
			o.work, o.n = append(o.work, 0), append(o.n, 0)
		}
		w := max(a.Work, 0).Seconds()
		o.work[i] += float32(w)
		o.n[i]++
		o.total++
		o.sum += w
	}
	return o, src.Err()
}

// Arrivals is how many there are.
func (o *Offered) Arrivals() int64 { return o.total }

// MeanWork is the work of a request, CPU-seconds; 0 if there are none.
func (o *Offered) MeanWork() float64 { return o.sum / float64(max(o.total, 1)) }

// Capacity is the least capacity, in reference cores, at which at most a share
// late of the arrivals finds so much work in front of it, in one line for all,
// that it waits longer than wait; to 1 %. Waits below the width of a cell count as
// one. It looks at bursts of any length: one that is short against wait costs
// nothing.
func (o *Offered) Capacity(wait time.Duration, late float64) float64 {
	limit := max(wait.Seconds(), o.width)
	low, high := 0.0, 0.0
	for _, w := range o.work {
		high = max(high, float64(w)/o.width)
	}
	if high == 0 {
		return 0
	}
	for high-low > 0.01*high {
		c := (low + high) / 2
		if float64(o.late(c, limit)) <= late*float64(o.total) {
			high = c
		} else {
			low = c
		}
	}
	return high
}

// late is how many arrivals wait longer than limit (s) at a capacity. Those of a
// cell arrive in its middle.
func (o *Offered) late(capacity, limit float64) (n int64) {
	backlog := 0.0
	for i, w := range o.work {
		after := math.Max(0, backlog+float64(w)-capacity*o.width)
		if (backlog+after)/2 > limit*capacity {
			n += int64(o.n[i])
		}
		backlog = after
	}
	return n
}
