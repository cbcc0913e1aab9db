package load

import (
	"encoding/hex"
	"fmt"

	"cnv/policy"
	"cnv/workloads"
)

func policyID(id uint64) policy.RequestID { return policy.RequestID(id) }

// traceparent is a W3C trace context of a request, the same in every run.
func traceparent(id uint64) string {
	r := policy.NewRand(id, "traceparent", 0)
	var b [24]byte
	for i := range b {
		b[i] = byte(r.Uint64())
	}
	return "00-" + hex.EncodeToString(b[:16]) + "-" + hex.EncodeToString(b[16:]) + "-01"
}

// Spin asks workers to be busy for an arrival's work, at the speed of their
// cores relative to the reference vCPU, whatever its class.
func Spin(classes []string, speed float64) func(a *workloads.Arrival) Request {
	return func(a *workloads.Arrival) Request {
		q := Request{Path: fmt.Sprintf("/spin?ms=%.3f", max(a.Work.Seconds(), 0)*1e3/speed)}
		if int(a.Class) < len(classes) {
			q.Class = classes[a.Class]
		}
		return q
	}
}
