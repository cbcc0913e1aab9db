package results

import (
	"strings"

	"cnv/policy"
)

// ReasonWords say what happened to requests that have no answer, as columns and warnings
// have it: they complete "requests ...".
var ReasonWords = [policy.Reasons]string{
	policy.ReasonAdmission:       "refused by admission (429)",
	policy.ReasonThrottled:       "refused by the function service (429)",
	policy.ReasonFunctionTimeout: "ended by the function's time-out (504)",
	policy.ReasonAttemptTimeout:  "given up as their last attempt took too long (504)",
	policy.ReasonWorker:          "failed at their worker: the connection broke or never came about (502), or it answered with an error",
	policy.ReasonError:           "answered with an error",
	policy.ReasonClient:          "left by their client",
	policy.ReasonCapacity:        "refused as nothing may serve them, or by the spill policy (503)",
	policy.ReasonWaitsMachine:    "still waiting for a machine at the end",
	policy.ReasonWaitsFunction:   "still waiting for a function at the end",
	policy.ReasonRuns:            "still at a worker (served or in its line), on their way or between two attempts at the end",
	policy.ReasonUnsent:          "never sent by the load generator",
}

// ReasonColumn is the column of a reason.
func ReasonColumn(r policy.Reason) string { return "unanswered_" + r.String() }

// reasonsText lists the reasons as files have them.
func reasonsText() string {
	var names []string
	for r := policy.ReasonNone + 1; int(r) < policy.Reasons; r++ {
		names = append(names, r.String())
	}
	return strings.Join(names, ", ")
}

// unansweredColumns are the requests without an answer, by reason.
// They are made from the reasons themselves, so that a new reason has its column.
func unansweredColumns() []Column {
	var out []Column
	for r := policy.ReasonNone + 1; int(r) < policy.Reasons; r++ {
		out = append(out, Column{
			ReasonColumn(r), "1", "requests without an answer: " + ReasonWords[r], LowerIsBetter,
			events(func(s *summary) float64 { return s.reasons[r] }),
		})
	}
	return out
}
