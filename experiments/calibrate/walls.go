package calibrate

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// A Wall is a request of a log: when it arrived, and how long it took, seconds.
type Wall struct{ At, Took float64 }

// fewestWalls is how many requests tell a law of their durations.
const fewestWalls = 50

// crowds is from which rank correlation on durations grow with what is in flight.
const crowds = 0.15

// FitWalls fits the sizes of requests to a log that has their durations, and nothing of who
// served them. Where durations grow with how many requests were in flight, they are those of
// requests that found few others. The names of files of samples begin with the prefix, trace is
// where the arrivals are.
func FitWalls(all []Wall, trace, prefix string) *Fits {
	f := &Fits{Samples: map[string][]float64{}, prefix: prefix}
	f.knows("workload", "trace", fmt.Sprintf("%q", trace), len(all), "arrivals as recorded")
	f.lacks("cluster", "a log does not tell how many workers there were, of which speed, nor how they served")
	f.lacks("workload.size without waiting", "what a request waited on its worker is in its duration, as far as it does not show in how many were in flight")
	if len(all) < fewestWalls {
		f.lacks("workload.size", "%d durations are too few", len(all))
		return f
	}
	slices.SortStableFunc(all, func(a, b Wall) int { return cmp.Compare(a.At, b.At) })
	others := inFlight(all)
	most := slices.Max(others)
	tooks := make([]float64, len(all))
	for i := range all {
		tooks[i] = all[i].Took
	}
	rho := rankCorrelation(others, tooks)
	sure := 2 / math.Sqrt(float64(len(all)))
	if rho < crowds || rho < sure {
		f.knows("workload", "work_from", `"duration"`, len(all), "durations do not grow with what is in flight (rank correlation %.2f, up to %.0f others), so they are taken for work on the reference vCPU: %s", rho, most, middle(tooks))
		return f
	}
	few := quantile(others, 0.25)
	var alone []float64
	for i := range all {
		if others[i] <= few {
			alone = append(alone, tooks[i])
		}
	}
	f.knows("workload", "size", f.law("size.csv", some(alone)), len(alone), "durations grow with what is in flight (rank correlation %.2f, up to %.0f others), so those of requests that found at most %.0f others: %s; of all: %s",
		rho, most, few, middle(alone), middle(tooks))
	return f
}

// inFlight is how many other requests there are when each arrives.
func inFlight(all []Wall) []float64 {
	ends := make([]float64, len(all))
	for i := range all {
		ends[i] = all[i].At + all[i].Took
	}
	slices.Sort(ends)
	out, over := make([]float64, len(all)), 0
	for i := range all {
		for over < len(ends) && ends[over] <= all[i].At {
			over++
		}
		out[i] = float64(i - min(over, i))
	}
	return out
}

// rankCorrelation is Spearman's, with mean ranks of equal values.
func rankCorrelation(xs, ys []float64) float64 {
	a, b := ranks(xs), ranks(ys)
	middle := float64(len(xs)-1) / 2
	product, x, y := 0.0, 0.0, 0.0
	for i := range a {
		product += (a[i] - middle) * (b[i] - middle)
		x += (a[i] - middle) * (a[i] - middle)
		y += (b[i] - middle) * (b[i] - middle)
	}
	if x == 0 || y == 0 {
		return 0
	}
	return product / math.Sqrt(x*y)
}

// ranks are those of values, from 0.
func ranks(values []float64) []float64 {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	out := make([]float64, len(values))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && values[order[j]] == values[order[i]] {
			j++
		}
		for _, k := range order[i:j] {
			out[k] = float64(i+j-1) / 2
		}
		i = j
	}
	return out
}
