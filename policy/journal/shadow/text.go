package shadow

import (
	"fmt"
	"strings"
	"time"
)

// Text tells the report to people; policy is who decided.
func (r *Report) Text(policy string) string {
	var b strings.Builder
	same, asked := r.Agreed()
	if asked == 0 {
		return "Nothing was placed, so there is nothing to compare.\n"
	}
	fmt.Fprintf(&b, "%s would have placed %d of %d requests as %s did (%.1f %%), one at a time.\n", r.Name, same, asked, policy, 100*float64(same)/float64(asked))
	if len(r.Kinds) > 1 {
		for _, k := range r.Kinds {
			fmt.Fprintf(&b, "  where %s took %s: %d of %d (%.1f %%)\n", policy, k.Name, k.Same, k.Asked, 100*float64(k.Same)/float64(k.Asked))
		}
	}
	for i, c := range r.Cells {
		fmt.Fprintf(&b, "  %7d times %s where %s took %s\n", r.Counts[i], c[1], policy, c[0])
	}
	if n := float64(r.Workers); n > 0 {
		fmt.Fprintf(&b, "Where both named a worker and not the same, there were on average:\n")
		fmt.Fprintf(&b, "  %-12s %.2f in flight, %.3g s of work left\n", policy, r.InFlight/n, r.WorkLeft/n)
		fmt.Fprintf(&b, "  %-12s %.2f in flight, %.3g s of work left\n", r.Name, r.OtherInFlight/n, r.OtherWorkLeft/n)
	}
	if len(r.Examples) > 0 {
		fmt.Fprintf(&b, "The first differences:\n")
	}
	for i, e := range r.Examples {
		if i == 5 {
			break
		}
		fmt.Fprintf(&b, "  request %d at %v, predicted work %.3g s\n    %s: %s (%s)\n    %s: %s (%s)\n",
			e.Request, e.At.Round(time.Millisecond), e.Predicted, policy, e.Done, e.DoneSaw, r.Name, e.Would, e.WouldSaw)
	}
	fmt.Fprintf(&b, `Each placement was judged on what %s had made of the fleet by then. Not judged: the scaler and all
else that is no placement (admission, order in the queue, hedges), and what would have followed, so
neither response times nor misses nor cost of %s. For those, simulate it: compare an
experiment that has both policies on the same arrivals. Of a live run: keep them with live --requests --format
csv, then trace import csv requests.csv --arrival arrival_us --arrival-unit us --class class
--work work_us --work-unit us -o DIR, and give trace = "DIR" to the [[workload]].
`, policy, r.Name)
	return b.String()
}
