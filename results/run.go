package results

import (
	"math"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Bounds of the histograms: response times in microseconds up to 12 days,
// slowdowns in thousandths up to a billion, both with three significant
// digits, that is to 0.1 %.
const (
	maxMicros   = 1 << 40
	maxThousand = 1 << 40
	digits      = 3
)

// maxClassQuantiles is up to how many classes each has a histogram of its own.
const maxClassQuantiles = 64

// RunInfo says which run this is.
type RunInfo struct {
	Workload, Policy string
	Replication      int // from 0
	Seed             uint64
	Classes          []string
}

// A Run takes the records of one run as they come and keeps only sums,
// counts and histograms: its memory does not grow with the number of
// requests. It is used by one goroutine.
type Run struct {
	Info RunInfo

	sum      summary
	response *hdrhistogram.Histogram // of answered requests, microseconds
	slowdown *hdrhistogram.Histogram // of answered requests, thousandths
	classes  []classSum
	samples  []Sample
	timeline bool
	rows     *rowWriter // nil: request records are not kept
}

// A summary is the sums of a run that the columns of runs.csv are made of.
type summary struct {
	requests    float64
	endings     [Unfinished + 1]float64
	inSLO       float64
	avoidable   float64 // misses that an idle worker would have avoided
	unavoidable float64
	onFunction  float64
	cold        float64
	work        float64 // of all arrivals, CPU-seconds
	response    float64 // of answered requests, seconds
	slow        float64 // slowdowns of answered requests
	waiting     float64 // of answered requests, seconds
	estimated   float64 // answered requests with a prediction
	logError    float64 // sum of |log(predicted/work)| over them
	end         time.Duration
	ledger      Ledger
	counts      Counts
	worst       string // class with the lowest attainment
	worstValue  float64
	quantile    func(p float64) float64 // response time over all arrivals, seconds
	answered    func(p float64) float64 // response time of answered requests, seconds
	slowdown    func(p float64) float64
}

// A classSum is the part of a class.
type classSum struct {
	requests, inSLO float64
	response        *hdrhistogram.Histogram
}

// NewRun returns an empty Run.
func NewRun(info RunInfo) *Run {
	r := &Run{
		Info:     info,
		response: hdrhistogram.New(1, maxMicros, digits),
		slowdown: hdrhistogram.New(1, maxThousand, digits),
		classes:  make([]classSum, len(info.Classes)),
	}
	if len(info.Classes) > 1 && len(info.Classes) <= maxClassQuantiles {
		for i := range r.classes {
			r.classes[i].response = hdrhistogram.New(1, maxMicros, digits)
		}
	}
	return r
}

// Add takes the record of a request that has ended.
func (r *Run) Add(q *Request) {
	s := &r.sum
	s.requests++
	s.endings[q.Ending]++
	s.work += q.Work.Seconds()
	in := q.Ending == Answered && (q.Bound == 0 || q.Finish-q.Arrival <= q.Bound)
	switch {
	case in:
		s.inSLO++
	case q.Bound > 0 && q.Ideal > q.Bound:
		s.unavoidable++
	default:
		s.avoidable++
	}
	if int(q.Class) < len(r.classes) {
		c := &r.classes[q.Class]
		c.requests++
		if in {
			c.inSLO++
		}
	}
	if q.Ending == Answered {
		r.answered(q)
	}
	if r.rows != nil {
		r.rows.add(q)
	}
}

// answered adds up what only an answered request has.
func (r *Run) answered(q *Request) {
	s := &r.sum
	took := q.Finish - q.Arrival
	micros := min(int64(took/time.Microsecond), maxMicros)
	_ = r.response.RecordValue(micros) // in range by the line above
	if int(q.Class) < len(r.classes) && r.classes[q.Class].response != nil {
		_ = r.classes[q.Class].response.RecordValue(micros)
	}
	s.response += took.Seconds()
	if q.Start >= 0 {
		s.waiting += max(0, q.Start-q.Arrival).Seconds()
	}
	if q.Ideal > 0 {
		x := float64(took) / float64(q.Ideal)
		s.slow += x
		_ = r.slowdown.RecordValue(int64(min(x*1000, maxThousand)))
	}
	if q.Kind == KindFunction {
		s.onFunction++
	}
	if q.Cold {
		s.cold++
	}
	if q.Predicted > 0 && q.Work > 0 {
		s.estimated++
		s.logError += math.Abs(math.Log(q.Predicted / q.Work.Seconds()))
	}
}

// Tick takes a point of the timeline.
func (r *Run) Tick(s Sample) {
	if r.timeline {
		r.samples = append(r.samples, s)
	}
}

// Finish ends the run and returns its row.
func (r *Run) Finish(end time.Duration, l Ledger, c Counts) Row {
	s := &r.sum
	s.end, s.ledger, s.counts = end, l, c
	s.worst, s.worstValue = r.worstClass()
	s.quantile = func(p float64) float64 { return quantileOf(r.response, p, s.requests) / 1e6 }
	s.answered = func(p float64) float64 { return quantileOf(r.response, p, s.endings[Answered]) / 1e6 }
	s.slowdown = func(p float64) float64 { return quantileOf(r.slowdown, p, s.endings[Answered]) / 1e3 }
	row := Row{Info: r.Info, WorstClass: s.worst, Values: make([]float64, len(columns))}
	for i := range columns {
		row.Values[i] = columns[i].value(s)
	}
	return row
}

// worstClass is the class with the lowest SLO attainment, ties to the first.
func (r *Run) worstClass() (name string, attainment float64) {
	attainment = math.NaN()
	for i := range r.classes {
		c := &r.classes[i]
		if c.requests == 0 {
			continue
		}
		if a := c.inSLO / c.requests; name == "" || a < attainment {
			name, attainment = r.Info.Classes[i], a
		}
	}
	return name, attainment
}

// quantileOf is the p-quantile of n values of which those that are not in the
// histogram are infinite: the least value that at least a share p of all do
// not exceed.
func quantileOf(h *hdrhistogram.Histogram, p, n float64) float64 {
	if n == 0 {
		return math.NaN()
	}
	rank := max(math.Ceil(p*n-1e-9), 1)
	have := float64(h.TotalCount())
	if rank > have {
		return math.Inf(1)
	}
	return float64(h.ValueAtQuantile(100 * rank / have))
}
