package results

import (
	"math"

	"cnv/results/stat"
)

// A Row is one run: one line of runs.csv.
//
// Invariant: Values has an entry for each of Columns, NaN where there is nothing to tell.
type Row struct {
	Info       RunInfo
	WorstClass string
	Passed     bool      // the policy was asked while a place was free, and used none
	Sent       bool      // some request was sent to a machine or a function
	LaunchedIn []string  // the pools that launched machines
	TooLong    float64   // requests that the time-out of functions kept from them
	CallTime   float64   // of calls of functions, added up; s
	Limited    float64   // requests that no worker could answer before a time-out, though the SLO allows as long
	Values     []float64 // by columns
	Trend      Trend
	Classes    []ClassCount // by Info.Classes
	Work       Moments
	tails      tails
}

// tails are the values of a run that quantiles are of.
// Kept as counts, so that quantiles of all runs together, and their resamples, need no values.
type tails struct{ response, slowdown, steady histogram }

// Tail are the values of a tail, by bucket (see [BucketValue]). After [ReadRuns] there are
// none. All is how many values there are with those that are infinite, which no bucket has;
// NaN where nobody has asked for the tail.
func (r *Row) Tail(t Tail) stat.Counts {
	h := &r.tails.response
	switch t {
	case tailSlowdown:
		h = &r.tails.slowdown
	case tailSteady:
		h = &r.tails.steady
	}
	return stat.Counts{Bucket: h.At, Count: h.Count, All: r.Values[ColumnOf(t.All())]}
}

// Value is the metric of a name, NaN if there is no such metric.
func (r *Row) Value(metric string) float64 {
	if i := ColumnOf(metric); i >= 0 {
		return r.Values[i]
	}
	return math.NaN()
}

// Identical compares floats bit by bit but for the sign of zero.
// Two rows of the same run are to be equal to the last bit: no tolerance hides a run that is
// not repeatable.
func Identical(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

// A ClassCount is one class of a run: its arrivals, and those of them that were answered
// within the SLO.
type ClassCount struct{ Requests, InSLO float64 }
