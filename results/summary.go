package results

import (
	"math"
	"time"
)

// A summary is the sums of a run that the columns of runs.csv are made of.
type summary struct {
	requests    float64
	endings     [Unfinished + 1]float64
	inSLO       float64
	avoidable   float64 // misses that an idle worker would have avoided
	unavoidable float64
	onFunction  float64
	cold        float64
	work        float64 // of all arrivals, nanoseconds of CPU
	response    float64 // of answered requests, nanoseconds
	waiting     float64 // of answered requests, nanoseconds
	slowed      float64 // answered requests that have a slowdown
	slow        float64 // sum of their slowdowns
	estimated   float64 // answered requests with a prediction
	logError    logSum  // of predicted/work or its inverse over them, >= 1
	end         time.Duration
	ledger      Ledger
	counts      Counts
	worst       string // class with the lowest attainment
	worstValue  float64
	quantile    func(p float64) float64 // response time over all arrivals, seconds
	answered    func(p float64) float64 // response time of answered requests, seconds
	slowdown    func(p float64) float64
}

// answer adds up what only an answered request has.
func (s *summary) answer(q *Request) {
	s.response += float64(q.Finish - q.Arrival)
	if q.Start > q.Arrival {
		s.waiting += float64(q.Start - q.Arrival)
	}
	if q.Kind == KindFunction {
		s.onFunction++
	}
	if q.Cold {
		s.cold++
	}
	if q.Predicted > 0 && q.Work > 0 {
		s.estimated++
		s.logError.add(apart(q.Predicted*1e9, float64(q.Work)))
	}
}

// apart is the greater of a/b and b/a.
func apart(a, b float64) float64 {
	if a < b {
		return b / a
	}
	return a / b
}

// A logSum is the sum of the logarithms of values >= 1. It multiplies them
// and takes one logarithm for many, which is five times as fast.
type logSum struct {
	sum     float64
	product float64 // 0 stands for 1; its logarithm is not in sum yet
}

func (l *logSum) add(x float64) {
	if l.product == 0 {
		l.product = 1
	}
	if l.product *= x; l.product > 1e150 {
		l.sum, l.product = l.total(), 1
	}
}

func (l *logSum) total() float64 {
	if l.product == 0 {
		return 0
	}
	return l.sum + math.Log(l.product)
}
