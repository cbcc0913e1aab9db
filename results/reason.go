package results

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"cnv/policy"
)

// reasonWords say what happened to requests that have no answer, as columns
// and warnings have it.
var reasonWords = [policy.Reasons]string{
	policy.ReasonAdmission:       "refused by admission (429)",
	policy.ReasonThrottled:       "refused by the function service (429)",
	policy.ReasonFunctionTimeout: "ended by the function's time-out (504)",
	policy.ReasonAttemptTimeout:  "given up as their last attempt took too long (504)",
	policy.ReasonWorker:          "lost with their worker or refused by it (502)",
	policy.ReasonError:           "answered with an error",
	policy.ReasonClient:          "left by their client",
	policy.ReasonCapacity:        "refused as nothing may serve them, or by the spill policy (503)",
	policy.ReasonWaitsMachine:    "still waiting for a machine at the end",
	policy.ReasonWaitsFunction:   "still waiting for a function at the end",
	policy.ReasonRuns:            "still being served, on their way or between two attempts at the end",
	policy.ReasonUnsent:          "never sent by the load generator",
}

// reasonColumn is the column of a reason.
func reasonColumn(r policy.Reason) string { return "unanswered_" + r.String() }

// unansweredColumns are the requests without an answer, by reason.
func unansweredColumns() []column {
	var out []column
	for r := policy.ReasonNone + 1; int(r) < policy.Reasons; r++ {
		out = append(out, column{
			reasonColumn(r), "1", "requests without an answer: " + reasonWords[r], lessIsBetter,
			func(s *summary) float64 { return s.reasons[r] },
		})
	}
	return out
}

// unanswered says how many requests of a run of a cell got no answer, and why;
// empty if all did.
func unanswered(c *cell) string {
	mean := func(name string) float64 { return meanOf(c.values(columnOf(name))) }
	var parts []string
	total := 0.0
	for r := policy.ReasonNone + 1; int(r) < policy.Reasons; r++ {
		if n := mean(reasonColumn(r)); n > 0 {
			total += n
			parts = append(parts, countText(n)+" "+reasonWords[r])
		}
	}
	requests := mean("requests")
	if len(parts) == 0 || !(requests > 0) {
		return ""
	}
	per := ""
	if len(c.rows) > 1 {
		per = " a run"
	}
	return fmt.Sprintf("%s of %s requests%s got no answer: %s", countText(total), countText(requests), per, strings.Join(parts, ", "))
}

// countText is a number of requests: whole, or the mean of several runs.
func countText(n float64) string {
	if n == math.Trunc(n) && n < 1e15 {
		return strconv.FormatFloat(n, 'f', 0, 64)
	}
	return significant(n, 3)
}
