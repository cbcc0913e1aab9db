package trace

import (
	"fmt"
	"slices"
	"strings"

	"cnv/policy"
	"cnv/policy/nearest"
)

// A Placement says where within a bin the arrivals of a count are: counts say
// nothing about it, so it is a choice, seeded, and named with the results.
type Placement string

// The placements.
const (
	Uniform    Placement = "uniform"     // independently, uniformly over the bin
	Even       Placement = "even"        // at equal distances
	Burst      Placement = "burst"       // all at one instant
	OnOff      Placement = "on-off"      // uniformly over one tenth of the bin
	TimerPhase Placement = "timer-phase" // at equal distances, from a phase that is the class's own in every bin
)

var placements = []Placement{Uniform, Even, Burst, OnOff, TimerPhase}

// check says whether p is a placement.
func (p Placement) check() error {
	if slices.Contains(placements, p) {
		return nil
	}
	var names []string
	for _, q := range placements {
		names = append(names, string(q))
	}
	return fmt.Errorf("placement %q, want one of %s%s", p, strings.Join(names, ", "), nearest.Hint(string(p), names))
}

// onShare is the part of a bin in which an on-off source is on.
const onShare = 0.1

// place appends the instants of n arrivals of a class within a bin, in
// microseconds from its start, to at. r is the stream of this bin and class,
// phase the class's own share of a bin in [0, 1).
func (p Placement) place(at []int64, n int, width int64, r *policy.Rand, phase float64) []int64 {
	w := float64(width)
	switch p {
	case Even:
		for k := range n {
			at = append(at, int64((float64(k)+0.5)/float64(n)*w))
		}
	case Burst:
		t := int64(r.Float64() * w)
		for range n {
			at = append(at, t)
		}
	case OnOff:
		start := r.Float64() * (1 - onShare)
		for range n {
			at = append(at, int64((start+onShare*r.Float64())*w))
		}
	case TimerPhase:
		for k := range n {
			at = append(at, int64((float64(k)+phase)/float64(n)*w))
		}
	default:
		for range n {
			at = append(at, int64(r.Float64()*w))
		}
	}
	return at
}
