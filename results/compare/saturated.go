package compare

import (
	"fmt"
	"math"

	"cnv/results"
	"cnv/results/stat"
	"cnv/results/words"
)

// saturated is above what utilisation, a fraction, response times depend on the length of
// the run.
const saturated = 0.98

// manyRequests are enough for the last one's work not to be all that counts.
const manyRequests = 100

// tooLong says how many requests the time-out of functions has kept from them, mean over
// runs, of so many; "" none.
//
// "12 of 9000 requests a run were kept from functions that were free, as they were not
// expected to end within the time-out of functions (timeout in [functions])"
func tooLong(c *cell, requests float64) string {
	kept := 0.0
	for i := range c.rows {
		kept += c.rows[i].TooLong / float64(len(c.rows))
	}
	if kept == 0 {
		return ""
	}
	return fmt.Sprintf("%s of %s requests a run were kept from functions that were free, as they were not expected to end within the time-out of functions (timeout in [functions])",
		words.Significant(kept, 3), words.Significant(requests, 3))
}

// saturation says of a cell that VMs could not do the work that arrived; "" where they
// could. In a closed loop clients wait for each other, and however long the run, response
// times are the same. A few requests that keep all VMs at work are no load that would go
// on.
//
// "VMs had 1.12 times the work that they could do while requests arrived: saturated, so
// response times depend on how long the run was"
func saturation(c *cell, requests float64) string {
	if c.closed || requests < manyRequests {
		return ""
	}
	so := "saturated"
	spilt := stat.MeanOf(c.values(results.ColumnOf("on_function")))
	switch {
	case spilt >= materialMiss*requests: // they keep queues as short as what leaves does
		so += ", and functions took what they could not"
	case lost(c) < materialMiss*requests:
		so += ", so response times depend on how long the run was"
	}
	switch u, over := c.measure(results.ColumnOf("utilisation")).Value, overload(c); {
	case math.IsInf(over, 1):
		return "all requests arrived at one instant, in which VMs can do no work: " + so
	case over >= 1.005: // 1.00 times would say nothing
		return fmt.Sprintf("VMs had %s%.3g times the work that they could do while requests arrived: %s", orMore(c), over, so)
	case u > saturated:
		return fmt.Sprintf("VMs were busy %.1f %% of the time: %s", 100*u, so)
	}
	return ""
}

// orMore says that what was done is less than what there was to do: a run was cut off, or
// clients left, and what was not done then is not known as work.
func orMore(c *cell) string {
	return words.IfElse(stat.MeanOf(c.values(results.ColumnOf("unfinished")))+lost(c) > 0, "at least ", "")
}

// lost is how many requests of a run were turned away or left, mean over runs.
func lost(c *cell) float64 {
	return stat.MeanOf(c.values(results.ColumnOf("timed_out"))) + stat.MeanOf(c.values(results.ColumnOf("rejected")))
}

// functionsSaturated says of a cell that functions at their concurrency limit could not do
// the work that arrived; "" where they could, or have no limit. Means over replications.
//
// "functions had 1.31 times the work that they could do, at 1000 calls at once, while
// requests arrived: saturated, so response times depend on how long the run was"
func functionsSaturated(c *cell, requests float64) string {
	if c.closed || c.calls == 0 || requests < manyRequests {
		return ""
	}
	over, busy := 0.0, 0.0
	took := c.values(results.ColumnOf("duration_s"))
	for i := range c.rows {
		worked := c.rows[i].CallTime / float64(c.calls) / float64(len(c.rows))
		over, busy = over+worked/arriving(&c.rows[i]), busy+worked/took[i]
	}
	so := "saturated"
	if lost(c) < materialMiss*requests {
		so += ", so response times depend on how long the run was"
	}
	limit := words.Count(c.calls, "call", "calls")
	switch {
	case math.IsInf(over, 1):
		return ""
	case over >= 1.005:
		return fmt.Sprintf("functions had %s%.3g times the work that they could do, at %s at once, while requests arrived: %s", orMore(c), over, limit, so)
	case busy > saturated:
		return fmt.Sprintf("functions were at their limit of %s %.1f %% of the time: %s", limit, 100*busy, so)
	}
	return ""
}

// arriving is how long requests arrived in a run that were no repeated tries, seconds: what
// clients try again after that is a tail, and no load of the run's own.
func arriving(r *results.Row) float64 {
	if own := r.Trend.Own; own > 0 {
		return min(own, r.Trend.Arrivals)
	}
	return r.Trend.Arrivals
}

// overload is how long VMs were at work, relative to what they could be while requests
// arrived; mean over replications. More than 1: they never caught up. Infinite where all
// requests came at one instant.
func overload(c *cell) float64 {
	busy, took := c.values(results.ColumnOf("utilisation")), c.values(results.ColumnOf("duration_s"))
	sum := 0.0
	for i := range c.rows {
		sum += busy[i] * took[i] / arriving(&c.rows[i])
	}
	return sum / float64(len(c.rows))
}
