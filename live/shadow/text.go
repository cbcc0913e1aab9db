package shadow

import (
	"fmt"
	"strings"
	"time"
)

// Text tells the report to people; policy is who decided.
func (r *Report) Text(policy string) string {
	var b strings.Builder
	if r.Asked == 0 {
		return "Nothing was placed, so there is nothing to compare.\n"
	}
	fmt.Fprintf(&b, "%s would have placed %d of %d as %s did (%.1f %%).\n", r.Name, r.Same, r.Asked, policy, 100*float64(r.Same)/float64(r.Asked))
	for i, c := range r.Cells {
		fmt.Fprintf(&b, "  %7d times %s where %s took %s\n", r.Counts[i], c[1], policy, c[0])
	}
	if n := float64(r.Workers); n > 0 {
		fmt.Fprintf(&b, "Where both named a worker and not the same, on average:\n")
		fmt.Fprintf(&b, "  %-12s %.2f in flight there, %.3g s of work left, answer predicted in %.3g s\n", policy, r.InFlight/n, r.WorkLeft/n, r.Response/n)
		fmt.Fprintf(&b, "  %-12s %.2f in flight there, %.3g s of work left, answer predicted in %.3g s\n", r.Name, r.OtherInFlight/n, r.OtherWorkLeft/n, r.OtherResponse/n)
	}
	if r.Functions+r.OtherFunctions > 0 {
		fmt.Fprintf(&b, "Calls of functions: %d (predicted $%.3g); %s %d (predicted $%.3g)\n", r.Functions, r.FunctionUSD, r.Name, r.OtherFunctions, r.OtherFunctionUSD)
	}
	if r.Rejected+r.OtherRejected > 0 {
		fmt.Fprintf(&b, "Rejections: %d; %s %d\n", r.Rejected, r.Name, r.OtherRejected)
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
	b.WriteString("Each was judged on what really was at that instant, not on a history of its own.\n")
	return b.String()
}
