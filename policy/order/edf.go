package order

import (
	"math"

	"cnv/policy"
)

// EDF serves the request first whose deadline is the earliest: its arrival and the response
// time that the SLO of its class allows, or the instant at which its client leaves where the
// class has no bound; those with neither come last. Under one bound for all it is first come,
// first served. O(log of the requests that wait).
//
// One server that can meet all deadlines meets them under EDF (Jackson 1955; Liu and Layland,
// JACM 20(1), 1973). Under overload it is the worst of orders: it serves what is late already.
type EDF struct{}

// Key implements policy.Order.
func (p *EDF) Key(v *policy.View, r *policy.Request) float64 {
	if bound := v.Bound(r); bound > 0 {
		return r.Arrived.Seconds() + bound.Seconds()
	}
	if r.Deadline > 0 {
		return r.Deadline.Seconds()
	}
	return math.Inf(1)
}
