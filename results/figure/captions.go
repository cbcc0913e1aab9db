package figure

import (
	"fmt"
	"strings"

	"cnv/results/answer"
)

// responseCaption says what one sees in the response figure.
func responseCaption(s *answer.Stored) string {
	text := "Response times: the share of all requests that took longer than the time on the horizontal axis, both axes logarithmic. Lower and further left is better. "
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

// costCaption says what one sees in the cost figure.
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
		if zero {
			text += "A policy without a miss in any run has no bar for misses: the tables tell what so few runs cannot rule out. "
		}
	} else {
		text += "There are no intervals: every point is one run. "
	}
	text += "The grey line joins the policies that no other beats on both counts. "
	if len(s.Found.Workloads()) > 1 {
		text += "Axes differ between workloads, and are logarithmic where values are far apart."
	}
	text = strings.TrimSpace(text)
	if len(undrawn) > 0 {
		text += " Without a finite value and so not drawn: " + strings.Join(undrawn, ", ") + "."
	}
	return text
}

// capacityCaption says what one sees in the capacity figure.
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
