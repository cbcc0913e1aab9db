package results

import (
	"math"
	"time"

	gonum "gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"cnv/results/stat"
)

// A Trend is what the course of a run says about whether there is one steady
// state to speak of.
type Trend struct {
	Hours       int     // that the run has, of arrivals
	First, Rest float64 // mean response time of answered requests, s: in the first hour, later
	Unlike      bool    // the first hour is no hour like the others
	Arrivals    float64 // how long they went on, s
	Own         float64 // how long there were, or could be, others than repeated tries, s

	// Under steady = true, known when all runs of the workload are there:
	Warmup  int     // batches left out, the same for all policies and replications
	Left    float64 // share of the requests that they have
	Endless bool    // no steady state was found
	Drift   bool    // the two halves of what was kept differ
	Lag     float64 // lag-1 autocorrelation of ShortBatches batches of the response time; NaN without
}

// fewHours is below how many nothing is said of the first.
const fewHours = 4

// hours compares the first hour of arrivals with the others: it is unlike them
// if it lies outside the 99 % prediction interval that their means give.
// 99 %, as every run of every cell is asked and a warning should be rare by chance. It is about
// daily patterns and cold caches, which a run of less than four hours cannot show.
func (t *Trend) hours(s *Series) {
	var all []Batch
	for i := range s.Batches {
		b := &s.Batches[i]
		if b.From == Never {
			continue
		}
		// A batch counts in the hour in which it begins.
		for h := int(b.From / time.Hour); len(all) <= h; {
			all = append(all, Batch{From: Never})
		}
		all[b.From/time.Hour].plus(b)
	}
	if t.Hours = len(all); t.Hours < fewHours {
		return
	}
	var others []float64
	rest := Batch{From: Never}
	for i := range all[1:] {
		rest.plus(&all[1+i])
		if x := batchResponse(&all[1+i]); !math.IsNaN(x) {
			others = append(others, x)
		}
	}
	t.First, t.Rest = batchResponse(&all[0]), batchResponse(&rest)
	// An hour in which nothing was answered has no mean, and is left out.
	if len(others) < fewHours-1 || math.IsNaN(t.First) {
		return
	}
	n := float64(len(others))
	mean, deviation := gonum.MeanStdDev(others, nil)
	far := distuv.StudentsT{Sigma: 1, Nu: n - 1}.Quantile(0.995) * deviation * math.Sqrt(1+1/n)
	t.Unlike = math.Abs(t.First-mean) > far
}

// ShortBatches is how many stretches tell how alike neighbours are: whether one run is
// long enough for an interval.
const ShortBatches = 160

// driftBatches is how many stretches of a run its halves are compared by.
const driftBatches = 20

// course looks at one run without its warm-up, of which Warmup is known: it sets Lag and
// Drift. The two halves differ by Student's t at 99 %. Both are needed: neighbours that are
// alike make an interval too narrow, and a drift means that there is no one mean to
// estimate.
func (t *Trend) course(s *Series) {
	t.Lag = math.NaN()
	if short := s.Long(t.Warmup, ShortBatches, batchResponse); short != nil {
		t.Lag = stat.Lag(short)
	}
	kept := s.Long(t.Warmup, driftBatches, batchResponse)
	if kept == nil || math.IsNaN(gonum.Mean(kept, nil)) { // too short, or a batch without an answer
		return
	}
	half := len(kept) / 2
	a, b := gonum.Mean(kept[:half], nil), gonum.Mean(kept[half:], nil)
	va, vb := gonum.Variance(kept[:half], nil), gonum.Variance(kept[half:], nil)
	// Neighbours that are alike make the halves differ more: the effective
	// number of values shrinks by (1-r)/(1+r).
	r := min(max(stat.Lag(kept), 0), mostAlike)
	error := math.Sqrt((va + vb) / float64(half) * (1 + r) / (1 - r))
	t.Drift = math.Abs(a-b) > distuv.StudentsT{Sigma: 1, Nu: float64(2*half - 2)}.Quantile(0.995)*error
}

// maxStretches is how many histograms a run that asks for its steady state has: at most
// 250 kB each.
const maxStretches = 32

// A stretches is the response times of successive arrivals, so that quantiles
// can be had without the warm-up, which is known in the end.
//
// Invariant: response and requests have the same length, at most maxStretches; width is a power of two
// times 64.
type stretches struct {
	width    uint64
	response []*tally
	requests []float64
}

// add takes the record of a request.
func (s *stretches) add(q *Request) {
	if s.width == 0 {
		s.width = 64
	}
	for q.ID/s.width >= maxStretches {
		s.join()
	}
	i := int(q.ID / s.width)
	for len(s.response) <= i {
		s.response, s.requests = append(s.response, &tally{}), append(s.requests, 0)
	}
	s.requests[i]++
	if q.Ending == Answered {
		s.response[i].add(min(int64(max(q.Finish-q.Arrival, 0)/time.Microsecond), maxMicros), 1)
	}
}

// join makes one of every two.
// Joining loses no value, only the borders between stretches: quantiles are of whole ones.
func (s *stretches) join() {
	n := (len(s.response) + 1) / 2
	for i := range s.response {
		if i%2 == 0 {
			s.response[i/2], s.requests[i/2] = s.response[i], s.requests[i]
		} else {
			s.response[i/2].merge(s.response[i])
			s.requests[i/2] += s.requests[i]
		}
	}
	s.width, s.response, s.requests = 2*s.width, s.response[:n], s.requests[:n]
}

// keep is what is kept of the stretches: no warm-up is longer than half of a run,
// so those beyond are one.
// It may be called once: it changes the stretches.
func (s *stretches) keep() keptStretches {
	out := keptStretches{Width: s.width}
	// One more than half, so that rounding never cuts what a warm-up of half of the run
	// leaves.
	half := (len(s.response)+1)/2 + 1
	for i := range s.response {
		if i > half {
			s.response[half].merge(s.response[i])
			s.requests[half] += s.requests[i]
		}
	}
	for i := range min(len(s.response), half+1) {
		out.Response, out.Requests = append(out.Response, keep(s.response[i])), append(out.Requests, s.requests[i])
	}
	return out
}

// A keptStretches is the stretches of a run that has ended: of Width arrivals each, but for
// the last one, which is as long as what is left.
type keptStretches struct {
	Width    uint64
	Response []histogram
	Requests []float64
}

// after is the response times from the first stretch on that begins no earlier than
// request from, and of how many arrivals.
// A stretch that begins before it is left out whole, so that a 32nd of the run at most is lost.
func (s *keptStretches) after(from uint64) (response *tally, requests float64) {
	response = &tally{}
	for i := range s.Response {
		if uint64(i)*s.Width >= from {
			s.Response[i].addTo(response)
			requests += s.Requests[i]
		}
	}
	return response, requests
}

// A steadyState is the numbers of a run without its warm-up.
type steadyState struct {
	warmup   time.Duration // until the first arrival that counts
	share    float64       // of the requests that do not
	all      Batch         // that do
	lag1     float64
	response *tally  // of arrivals from the first stretch on that counts
	requests float64 // these
}

// newSteadyState leaves the warm-up out.
// Requests are left out by their number, not by time: all policies have the same then.
func newSteadyState(t *Trend, s *Series, parts *keptStretches) *steadyState {
	out := &steadyState{all: s.total(t.Warmup), lag1: t.Lag}
	if whole := s.total(0); whole.Requests > 0 {
		out.share = 1 - out.all.Requests/whole.Requests
	}
	if t.Warmup > 0 {
		out.warmup = max(out.all.From, 0)
	}
	out.response, out.requests = parts.after(uint64(t.Warmup) * s.Width)
	return out
}

// steadily is a value of the steady state; NaN where nobody has asked for it, and until
// settle has found the warm-up.
func steadily(value func(*steadyState) float64) func(*summary) float64 {
	return func(s *summary) float64 {
		if s.steady == nil {
			return math.NaN()
		}
		return value(s.steady)
	}
}

// steadyColumns are filled twice: with NaN when a run ends, and by leaveOut when all runs
// of the workload are there.
var steadyColumns = []Column{
	{"warmup_s", "s", "under steady = true: what is left out at the beginning, the same requests for all policies and replications of a workload (MSER-5 on the response times averaged over replications, where these agree that the beginning differs)", NeitherIsBetter, own(steadily(func(s *steadyState) float64 { return s.warmup.Seconds() }))},
	{"warmup_share", "fraction", "requests that are left out, of all", NeitherIsBetter, own(steadily(func(s *steadyState) float64 { return s.share }))},
	{"steady_response_mean_s", "s", "mean response time of answered requests after the warm-up", LowerIsBetter, ratioOf("steady_response_sum_s", "steady_answered", 1)},
	{"steady_response_p99_s", "s", "99th percentile of the response time over arrivals after the warm-up, rounded up to a 32nd of the run", LowerIsBetter, quantileAt(0.99, tailSteady, steadily(func(s *steadyState) float64 { return quantileOf(s.response, 0.99, s.requests) / 1e6 }))},
	{"steady_slowdown_mean", "1", "mean slowdown after the warm-up", LowerIsBetter, ratioOf("steady_slowdown_sum", "steady_slowed", 1)},
	{"steady_miss_avoidable", "fraction", "avoidable SLO misses after the warm-up, of the arrivals there", LowerIsBetter, rate("steady_missed", "steady_requests")},
	{"batch_correlation", "1", "lag-1 autocorrelation of the mean response time of 160 stretches after the warm-up, which says whether one run is long enough for an interval", NeitherIsBetter, own(steadily(func(s *steadyState) float64 { return s.lag1 }))},
}

// steadyParts are what these are made of.
var steadyParts = []Column{
	{"steady_requests", "1", "arrivals after the warm-up", NeitherIsBetter, sum(steadily(func(s *steadyState) float64 { return s.all.Requests }))},
	{"steady_missed", "1", "those that missed the SLO though an idle worker would not", NeitherIsBetter, sum(steadily(func(s *steadyState) float64 { return s.all.Avoidable }))},
	{"steady_answered", "1", "those that got an answer", NeitherIsBetter, sum(steadily(func(s *steadyState) float64 { return s.all.Answered }))},
	{"steady_response_sum_s", "s", "their response times, added up", NeitherIsBetter, sum(steadily(func(s *steadyState) float64 { return s.all.Response / 1e9 }))},
	{"steady_slowed", "1", "arrivals after the warm-up that have a slowdown", NeitherIsBetter, sum(steadily(func(s *steadyState) float64 { return s.all.Slowed }))},
	{"steady_slowdown_sum", "1", "their slowdowns, added up", NeitherIsBetter, sum(steadily(func(s *steadyState) float64 { return s.all.Slow }))},
	{"steady_timed", "1", "arrivals from the next 32nd of the run on, whose response times have the 99th percentile", NeitherIsBetter, sum(steadily(func(s *steadyState) float64 { return s.requests }))},
}

// BatchRatios are the columns that have an interval over the batches of one run.
var BatchRatios = map[string]Ratio{
	"steady_response_mean_s": batchResponse,
	"steady_slowdown_mean":   batchSlowdown,
	"steady_miss_avoidable":  batchMisses,
}
