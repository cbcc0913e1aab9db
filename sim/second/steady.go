package second

import (
	"math"

	"cnv/results"
)

// Steady adds the columns of the steady state to those of a run, the warm-up of which is
// a share of its requests, and of which the last timed ones have the 99th percentile.
// Where a warm-up ends is MSER-5's to say, over all policies and replications: it is
// taken from what is judged, as is which stretch of a run begins next.
func (c Columns) Steady(r *Result, share, timed float64) {
	n := len(r.Requests)
	skip := int(math.Round(share * float64(n)))
	rest := r.Requests[skip:]
	c["warmup_s"], c["warmup_share"] = 0, 0
	if skip > 0 {
		c["warmup_share"], c["warmup_s"] = float64(skip)/float64(n), rest[0].Arrival.Seconds()
	}
	part := Columns{}
	part.requests(&Result{Requests: rest, Awaiting: r.Awaiting[skip:]}, 1<<16)
	for name, of := range map[string]string{
		"steady_requests": "requests", "steady_missed": "missed_avoidable", "steady_answered": "answered", "steady_response_sum_s": "response_sum_s",
		"steady_slowed": "slowed", "steady_slowdown_sum": "slowdown_sum", "steady_response_mean_s": "answered_response_mean_s",
		"steady_slowdown_mean": "slowdown_mean", "steady_miss_avoidable": "miss_avoidable",
	} {
		c[name] = part[of]
	}
	c["batch_correlation"] = correlation(rest, skip, n)
	c["steady_timed"], c["steady_response_p99_s"] = timed, math.NaN()
	if k := len(rest) - int(timed); k < 0 || k >= max(64, n/16+1) {
		c["steady_timed"] = math.NaN() // more than a stretch is left out
	} else {
		tail := Columns{}
		tail.quantiles(&Result{Requests: rest[k:]})
		c["steady_response_p99_s"] = tail["response_p99_s"]
	}
}

// correlation is that of the mean response times of neighbours among 160 stretches, each
// of as many whole batches of five; what does not fit is left out at the beginning. NaN
// where there are fewer batches, or a stretch without an answer.
func correlation(rest []results.Request, skip, n int) float64 {
	each := ((n+4)/5 - skip/5) / 160
	if each < 1 {
		return math.NaN()
	}
	begin := ((n+4)/5 - 160*each) * 5
	var means []float64
	all := 0.0
	for i := range 160 {
		sum, answered := 0.0, 0.0
		for k := begin + i*each*5; k < min(begin+(i+1)*each*5, n); k++ {
			if q := &rest[k-skip]; q.Ending == results.Answered {
				sum, answered = sum+(q.Finish-q.Arrival).Seconds(), answered+1
			}
		}
		means = append(means, sum/answered)
		all += sum / answered / 160
	}
	product, square := 0.0, 0.0
	for i, x := range means {
		square += (x - all) * (x - all)
		if i > 0 {
			product += (x - all) * (means[i-1] - all)
		}
	}
	return product / square
}
