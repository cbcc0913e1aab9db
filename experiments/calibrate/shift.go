package calibrate

import (
	"math"
	"slices"

	"cnv/policy"
)

// A shift is the attempts of one worker, in the order in which they were sent.
type shift []*Attempt

// need is the service that an attempt needs, seconds; known is false of one that was cut
// off, which leaves when it did.
func need(a *Attempt, slope float64) (s float64, known bool) {
	if a.Status == policy.OK && a.Work > 0 {
		return a.Work * slope, true
	}
	return math.Inf(1), false
}

// inLine are the seconds that each attempt takes where each core has one.
func (all shift) inLine(cores int, slope float64) []float64 {
	free := make([]float64, cores)
	out := make([]float64, len(all))
	for i, a := range all {
		core := 0
		for k := range free {
			if free[k] < free[core] {
				core = k
			}
		}
		begin, end := a.Begin.Seconds(), a.End.Seconds()
		start := max(begin, free[core])
		if s, known := need(a, slope); known {
			end = start + s
		}
		free[core] = max(free[core], end)
		out[i] = end - begin
	}
	return out
}

// shared are the seconds that each attempt takes where all there share the cores evenly.
func (all shift) shared(cores int, slope float64) []float64 {
	out := make([]float64, len(all))
	left := make([]float64, len(all)) // seconds of a core
	var in []int
	now := 0.0
	for next := 0; next < len(all) || len(in) > 0; {
		rate := min(1, float64(cores)/float64(max(len(in), 1)))
		at, who := math.Inf(1), -1
		for k, i := range in {
			ends := all[i].End.Seconds()
			if !math.IsInf(left[i], 1) {
				ends = now + left[i]/rate
			}
			if ends < at {
				at, who = ends, k
			}
		}
		arrives := next < len(all) && all[next].Begin.Seconds() <= at
		if arrives {
			at = all[next].Begin.Seconds()
		}
		for _, i := range in {
			left[i] -= max(at-now, 0) * rate
		}
		now = max(now, at)
		if arrives {
			left[next], _ = need(all[next], slope)
			in = append(in, next)
			next++
			continue
		}
		out[in[who]] = now - all[in[who]].Begin.Seconds()
		in = slices.Delete(in, who, who+1)
	}
	return out
}
