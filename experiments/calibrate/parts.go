package calibrate

import (
	"math"
	"slices"
	"time"

	"cnv/results"
)

// Parts is how many parts of as many arrivals each a run is looked at by, so that a world
// that has changed within it shows.
const Parts = 4

// A Run is what was measured of a run at its gateway.
type Run struct {
	results.Row
	Parts []Part
}

// A Part is a part of a run: the requests that arrived in it.
type Part struct {
	From     time.Duration // the first arrival in it, since that of the run
	Requests int
	Misses   float64 // share of its requests that were not answered in time; 0 of none
	P50, P90 float64 // response times, seconds; infinite where as many had no answer
}

// parts collects the parts of a run.
type parts struct {
	requests int // of the run
	arrived  int
	begin    time.Duration // of the first one
	all      []partSum
}

// A partSum collects a part.
type partSum struct {
	from   time.Duration
	missed int
	tooks  []float64
}

// arrive returns the part in which the next request arrives.
func (p *parts) arrive(now time.Duration) int {
	if p.arrived == 0 {
		p.begin = now
	}
	at := min(p.arrived*len(p.all)/max(p.requests, 1), len(p.all)-1)
	p.arrived++
	if x := &p.all[at]; len(x.tooks) == 0 && x.from == 0 {
		x.from = now - p.begin
	}
	return at
}

// end takes a request that has ended.
func (p *parts) end(q *underway) {
	took := math.Inf(1)
	if q.Ending == results.Answered {
		took = (q.Finish - q.Arrival).Seconds()
	}
	x := &p.all[q.part]
	x.tooks = append(x.tooks, took)
	if q.Ending != results.Answered || q.Bound > 0 && q.Finish-q.Arrival > q.Bound {
		x.missed++
	}
}

// finish returns the parts.
func (p *parts) finish() []Part {
	out := make([]Part, len(p.all))
	for i := range p.all {
		x := &p.all[i]
		out[i].From = x.from
		if n := len(x.tooks); n > 0 {
			slices.Sort(x.tooks)
			out[i].Requests, out[i].Misses, out[i].P50, out[i].P90 = n, float64(x.missed)/float64(n), x.tooks[(n-1)/2], x.tooks[(n-1)*9/10]
		}
	}
	return out
}
