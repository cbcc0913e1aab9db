package catalog

import "fmt"

// LaunchSpread is how much each part of a launch, and a cold start, varies of
// which an experiment gives only the median: the sigma of a lognormal
// distribution, which is about its coefficient of variation. An assumption.
//
// Trust: low. No distribution of launches could be had. Fourteen launches of
// AL2023 took 22.0 to 26.0 s in all, the parts within them up to twice as long
// as each other (brevdev 2026-01-31, polled every 0.5 s); other images and
// types differ more. It is here so that no answer depends on two timers that
// meet because neither ever varies.
const LaunchSpread = 0.2

// LaunchNote says, after one or more medians, what is assumed of a launch, or of a
// cold start, that is given by one duration.
func LaunchNote(parts int) string {
	return fmt.Sprintf(", an assumed spread of %.0f %%%s (lognormal around the median; no distribution is published)",
		100*LaunchSpread, each(parts))
}

func each(parts int) string {
	if parts > 1 {
		return " per part"
	}
	return ""
}
