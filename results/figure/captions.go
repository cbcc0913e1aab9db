package figure

import (
	"fmt"
	"strings"

	"cnv/results/answer"
)

// responseCaption says what one sees in the response figure. It tells what a line means
// only where there is one: no dotted level where every request had an answer, no dashed
// line without one SLO for all classes.
func responseCaption(s *answer.Stored) string {
	text := "Response times: the share of all requests that took longer than the time on the horizontal axis, both axes logarithmic. Lower and further left is better. "
	// On any workload.
	lost := false
	for _, w := range responsePanels(s) {
		for _, t := range w.tails {
			lost = lost || t.unanswered > 0
		}
	}
	if lost {
		text += "A dotted level is the share of requests that never got an answer (failed, rejected, timed out, unfinished); the curve cannot fall below it. "
	} else {
		text += "Every request got an answer. "
	}
	if bound(s) > 0 {
		text += "The dashed line is the SLO. "
	}
	return text + "Where lines coincide, the gaps of one show another. Replications are pooled."
}

// costCaption says what one sees in the cost figure. What has no place on the axes is
// named, as "jsq on burst": a policy without any request in SLO has an infinite cost.
func costCaption(s *answer.Stored) string {
	text := "Cost against avoidable misses: US dollars per 1,000 requests in SLO, and the share of requests that missed the SLO although an idle worker would have met it. Lower and further left is better. "
	intervals, zero := false, false
	var undrawn []string
	policies := s.Found.Policies()
	for _, w := range costPanels(s) {
		for i, p := range w.points {
			zero = zero || p.Misses.Mean == 0
			intervals = intervals || p.Cost.Interval() || p.Misses.Interval()
			if !p.Drawable() {
				undrawn = append(undrawn, policies[i]+" on "+w.workload)
			}
		}
	}
	if intervals {
		text += "Bars are 95 % intervals of the mean, each on its own; compare policies by their paired differences in the tables. "
		// The interval of a share of 0 (see costPanels).
		if zero {
			text += "A policy without a miss in any run has no bar for misses: the tables tell what so few runs cannot rule out. "
		}
	} else {
		text += "There are no intervals: every point is one run. "
	}
	text += "The grey line joins the policies that no other beats on both counts. "
	// Of one panel there is nothing to compare axes with.
	if len(s.Found.Workloads()) > 1 {
		text += "Axes differ between workloads, and are logarithmic where values are far apart."
	}
	text = strings.TrimSpace(text)
	if len(undrawn) > 0 {
		text += " Without a finite value and so not drawn: " + strings.Join(undrawn, ", ") + "."
	}
	return text
}

// capacityCaption says what one sees in the capacity figure. The time over which values are
// averaged is that of the longest timeline, so that it is an upper bound for others.
func capacityCaption(s *answer.Stored) string {
	text := "Capacity against demand over time: offered load in reference cores (grey), and what each policy had ready for it: "
	if usesFunctions(capacityPanels(s)) {
		text += "cores of VMs (left) and functions at work (right). A policy without VMs, or without functions, has no line there. "
	} else {
		text += "cores of VMs; no policy used functions. "
	}
	if dropped(s) {
		text += "A thin line is what a policy pays for whose router dropped VMs: all that run, used or not. "
	}
	text += "Where the line of VMs runs below the grey, requests wait or go elsewhere. The drain after the last arrival is cut short. First replication"
	if d := thinning(s); d > 0 {
		text += fmt.Sprintf(", means over %s", d)
	}
	return text + "."
}
