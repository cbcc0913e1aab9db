package calibrate

import (
	"fmt"

	"cnv/policy"
)

// fitReports fits how often workers report, and how old a report is when it is there.
func (s *Seen) fitReports(f *Fits) {
	if len(s.Periods) < fewest {
		f.lacks("telemetry.period", "%d reports of workers followed another", len(s.Periods))
		return
	}
	f.knows("telemetry", "period", fmt.Sprintf("%q", seconds(quantile(s.Periods, 0.5))), len(s.Periods), "%s between two reports of a worker", middle(s.Periods))
	f.knows("telemetry", "delay", fmt.Sprintf("%q", seconds(floorTo(quantile(s.Delays, 0.5), least))), len(s.Delays), "from the end of what a report is about to its arrival: %s", middle(s.Delays))
}

// floorTo is 0 for what is below the least.
func floorTo(x, least float64) float64 {
	if x < least {
		return 0
	}
	return x
}

// fitLimits fits what the function service refused, and how fast the store is.
func (s *Seen) fitLimits(f *Fits) {
	if s.Config.Functions != nil {
		if s.Refused == 0 {
			f.lacks("functions.concurrency", "no call was refused")
		} else {
			f.knows("functions", "concurrency", fmt.Sprint(max(s.MostFull, 1)), s.Refused, "calls in flight when one was refused last")
		}
	}
	if s.Config.Store && len(s.Lookups) >= fewest {
		f.knows("store", "latency", fmt.Sprintf("%q", seconds(quantile(s.Lookups, 0.5))), len(s.Lookups), "%s from a lookup to its answer", middle(s.Lookups))
	}
	fails := 0
	for _, a := range s.Attempts {
		if a.Status != policy.OK && a.Status != policy.Throttled {
			fails++
		}
	}
	if fails > 0 {
		f.lacks("failures", "%d of %d attempts failed, were cut off or were cancelled: what the policies do about time-outs and faults of the file is replayed, other failures are not", fails, len(s.Attempts))
	}
}
