package results

import (
	"time"

	"cnv/policy"
)

// A summary is the sums of a run that the columns of runs.csv are made of. Fields without a
// unit are numbers of requests.
//
// It lives until Finish has made the row; sums are as accurate as float64 has them, counts
// exact below 2^53.
type summary struct {
	requests    float64
	endings     [Unfinished + 1]float64
	reasons     [policy.Reasons]float64 // why requests have no answer
	inSLO       float64
	inWork      float64             // of these, nanoseconds of CPU
	avoidable   float64             // misses that an idle worker would have avoided
	causes      [missCauses]float64 // of them, by cause
	unavoidable float64
	onFunction  float64
	cold        float64
	work        float64 // of all arrivals, nanoseconds of CPU
	response    float64 // of answered requests, nanoseconds
	waiting     float64 // of answered requests whose service is known to have begun, nanoseconds
	begun       float64 // those requests
	slowed      float64 // answered requests that have a slowdown
	slow        float64 // sum of their slowdowns
	end         time.Duration
	ledger      Ledger
	counts      Counts
	worst       string // class with the lowest attainment
	worstValue  float64
	// Set by Finish, when all values are in the histograms; p is in (0, 1).
	quantile    func(p float64) float64 // response time over all arrivals, seconds
	answered    func(p float64) float64 // response time of answered requests, seconds
	slowdown    func(p float64) float64
	elastic     *elasticity
	users       *users
	predictions *predictions // nil: nobody looks at them
	steady      *steadyState // nil: nobody has asked
}

// answer adds up what only an answered request has. Finish is set, as q is answered. Times
// are not clamped to 0 here: an answer before its arrival would be a fault of the world.
func (s *summary) answer(q *Request) {
	s.response += float64(q.Finish - q.Arrival)
	if q.Start >= 0 {
		s.begun++
		s.waiting += float64(max(q.Start-q.Arrival, 0))
	}
	if q.Kind == KindFunction {
		s.onFunction++
	}
	if q.Cold {
		s.cold++
	}
}
