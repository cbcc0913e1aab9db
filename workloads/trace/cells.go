package trace

import (
	"time"
)

// mostCells bounds the cells that arrivals are counted in: 2 MB.
const mostCells = 1 << 19

// A cellCounter counts arrivals in cells of equal width, of a trace whose end is
// not known yet: from a millisecond on, and ten times as wide whenever there would
// be too many.
type cellCounter struct {
	width int64 // microseconds
	n     []int32
}

func newCellCounter() *cellCounter { return &cellCounter{width: 1000} }

// add counts n arrivals at an instant, microseconds.
func (c *cellCounter) add(us int64, n int32) {
	for us/c.width >= mostCells {
		c.n = coarser(c.n, 10)
		c.width *= 10
	}
	for i := int(us / c.width); len(c.n) <= i; {
		c.n = append(c.n, 0)
	}
	c.n[us/c.width] += n
}

// coarser puts so many cells together.
func coarser(cells []int32, by int) []int32 {
	out := make([]int32, (len(cells)+by-1)/by)
	for i, n := range cells {
		out[i/by] += n
	}
	return out
}

// Cells of the local bootstrap: of a second where the trace is not shorter than
// fewCells of them, and not more than manyCells.
const (
	fewCells  = 3000
	manyCells = 30_000
)

// cellWidth is the width of the cells in which the rate is followed: 1, 2 or 5
// times a power of ten of a unit that instants are whole multiples of, microseconds.
func cellWidth(span, unit int64) int64 {
	least := max(min(int64(time.Second/time.Microsecond), span/fewCells), span/manyCells)
	for w := unit; ; w *= 10 {
		for _, m := range [3]int64{1, 2, 5} {
			if w*m >= least {
				return w * m
			}
		}
	}
}
