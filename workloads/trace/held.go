package trace

import (
	"time"

	"cnv/policy"
	"cnv/workloads"
)

// held is the events of a trace in memory, a column per field: 10 bytes an
// arrival, and 8 for each further field that any arrival has.
type held struct {
	at       []int64 // microseconds
	class    []policy.ClassID
	fields   [heldFields]column
	features []float64 // width of them for each arrival; nil if no class has any
	width    int
	windows  []int    // index of the first arrival of each window, and the end
	attr     []string // as recorded, if it was asked for
}

// heldFields is how many integer fields an arrival has that may be unknown, and
// behind them the key and the counts, which are 0 if unknown.
const (
	heldUnknown = 6
	heldFields  = heldUnknown + 4
)

// A column is a field of all arrivals; empty while no arrival has it.
type column []int64

// newHeld makes room for so many arrivals.
func newHeld(records int64, classes []class) *held {
	h := &held{at: make([]int64, 0, records), class: make([]policy.ClassID, 0, records)}
	for i := range classes {
		h.width = max(h.width, len(classes[i].Features))
	}
	h.features = make([]float64, 0, int64(h.width)*records)
	return h
}

// add appends an arrival.
func (h *held) add(a *workloads.Arrival) {
	n := len(h.at)
	h.at = append(h.at, int64(a.At/time.Microsecond))
	h.class = append(h.class, a.Class)
	for i, v := range [heldFields]int64{
		int64(a.Work), int64(a.Wall), a.Memory, a.BytesIn, a.BytesOut, int64(a.Status), int64(a.Key),
		a.Executed.Instructions, a.Executed.Blocks, a.Executed.Calls,
	} {
		h.fields[i].set(n, cap(h.at), v, unset(i))
	}
	h.features = append(h.features, a.Features[:h.width]...)
}

// unset is the value of a field that an arrival does not have.
func unset(field int) int64 {
	if field >= heldUnknown {
		return 0
	}
	return workloads.Unknown
}

// set appends the value of arrival n. The column begins with the first
// arrival that has the field.
func (c *column) set(n, room int, v, unset int64) {
	if *c == nil {
		if v == unset {
			return
		}
		*c = make(column, n, max(room, n+1))
		for i := range *c {
			(*c)[i] = unset
		}
	}
	*c = append(*c, v)
}

// get is the value of arrival i.
func (c column) get(i int, unset int64) int64 {
	if c == nil {
		return unset
	}
	return c[i]
}

// get fills in arrival i.
func (h *held) get(i int, a *workloads.Arrival) {
	var v [heldFields]int64
	for f := range h.fields {
		v[f] = h.fields[f].get(i, unset(f))
	}
	*a = workloads.Arrival{
		At: micros(h.at[i]), Class: h.class[i], Work: time.Duration(v[0]), Wall: time.Duration(v[1]),
		Memory: v[2], BytesIn: v[3], BytesOut: v[4], Status: int32(v[5]), Key: policy.Key(v[6]),
		Executed: policy.Executed{Instructions: v[7], Blocks: v[8], Calls: v[9]},
	}
	copy(a.Features[:h.width], h.features[i*h.width:])
}
