package coverage

import (
	"math/rand/v2"
	"slices"
	"time"

	"cnv/results"
	"cnv/workloads"
)

// A line is first come, first served before some servers of a speed: what the
// simulator comes to event by event, by Lindley's recursion and its like for many
// servers (Kiefer, Wolfowitz 1955): a request begins when a server is free. It
// takes a seventh of the time, which the long runs at 95 % load need; a test shows
// that the two agree.
type line struct {
	free  []time.Duration // when each server is
	speed float64
	bound time.Duration // of response times; 0: none
	own   *rand.Rand    // chooses a server, each with a line of its own; nil: they share one
}

// newLine is n servers.
func newLine(n int, speed float64, own bool, seed uint64) *line {
	l := &line{free: make([]time.Duration, n), speed: speed}
	if own {
		l.own = rand.New(rand.NewPCG(seed, 0x11e))
	}
	return l
}

// serve takes a request and says when it begins and ends.
func (l *line) serve(a *workloads.Arrival) (start, finish time.Duration) {
	i := 0
	if l.own != nil {
		i = l.own.IntN(len(l.free))
	} else {
		for k := range l.free {
			if l.free[k] < l.free[i] {
				i = k
			}
		}
	}
	start = max(a.At, l.free[i])
	l.free[i] = start + time.Duration(float64(a.Work)/l.speed)
	return start, l.free[i]
}

// run is a whole run.
func (l *line) run(src workloads.Source, rec *results.Run) (results.Row, error) {
	var a workloads.Arrival
	for id := uint64(0); src.Next(&a); id++ {
		start, finish := l.serve(&a)
		rec.Add(&results.Request{
			ID: id, Kind: results.KindVM, Attempts: 1, Status: 200, Arrival: a.At, Start: start, Finish: finish,
			Work: a.Work, Ideal: time.Duration(float64(a.Work) / l.speed), Bound: l.bound,
		})
	}
	return rec.Finish(max(slices.Max(l.free), a.At), results.Ledger{}, results.Counts{}), src.Err()
}
