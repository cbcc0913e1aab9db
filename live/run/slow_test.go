package run

import (
	"testing"
	"time"

	"cnv/live/clock"
	"cnv/results"
)

// TestWorkFits: what computes at once takes half of the machine at most, less where
// others want it.
func TestWorkFits(t *testing.T) {
	for _, c := range []struct {
		busy, others, speed float64
		cores               int
		want                clock.Slow
	}{{0, 0, 1, 2, 1}, {1, 0, 1, 2, 1}, {2, 0, 1, 2, 2}, {2, 3, 1, 2, 3.5}, {14, 0, 1.35, 2, 10.5}, {14, 0, 1.35, 32, 1}, {3, 0, 0.5, 2, 6}} {
		if got := fits(c.busy, c.others, c.cores, c.speed); got != c.want {
			t.Errorf("%v cores at once on %d of speed %v beside %v others: %v times slower, want %v", c.busy, c.cores, c.speed, c.others, got, c.want)
		}
	}
	second := time.Second
	var c crowd
	c.vm, c.function = 1, 0.5
	for _, q := range []results.Request{
		{Start: 0, Finish: 2 * second}, {Start: 1 * second, Finish: 3 * second, Kind: results.KindFunction},
		{Start: 2 * second, Finish: 3 * second}, {Start: results.Never, Finish: results.Never}, {Start: 9 * second, Finish: results.Never},
	} {
		c.Add(&q)
	}
	if got := c.most(); got != 1.5 {
		t.Errorf("%v cores compute at once, want 1.5", got)
	}
}
