package results

import (
	"math"
	"time"
)

// RunInfo says which run this is.
// Seed is of all that chance decides in the run. Runs of different policies with the same seed have the
// same arrivals, and are compared in pairs.
// Classes are the names of the classes of requests, by Request.Class.
type RunInfo struct {
	Workload, Policy string
	Replication      int // from 0
	Seed             uint64
	Classes          []string
	Steady           bool          // the question is about the steady state
	Predictions      bool          // the policy looks at predicted work, or names an estimator
	After            time.Duration // when what disturbs the run is over; 0: nobody asks
	Warnings         []string      // what readers must know of this run
	Spared           []string      // faults that hit nobody, and why
	Unranked         string        // why its numbers must not be compared with those of other runs; "" they may be
}

// A Run takes the records of one run as they come and keeps only sums,
// counts and histograms: its memory does not grow with the number of
// requests. It is used by one goroutine.
//
// Requests come in the order in which they end, the same each time a run is repeated: sums of floats
// would differ in the last bits in another order.
type Run struct {
	Info RunInfo

	sum      summary
	work     Moments
	response *tally // of answered requests, microseconds; of all only after Finish
	slowdown *tally // of answered requests, thousandths
	classes  []classSum
	sizes    sizes
	series   Series
	parts    *stretches // nil: nobody asks for the steady state, or the run has ended
	kept     keptStretches
	elastic  elasticity
	boots    booting
	users    users
	last     time.Duration // arrival
	own      time.Duration // the last that is no repeated try
	limited  float64       // Row.Limited
	samples  []Sample
	timeline bool
	rows     *rowWriter // nil: request records are not kept
}

// A classSum is the part of a class. Where there are few classes each has a histogram of
// its own, and the run has their sum; else all share the run's.
type classSum struct {
	requests, inSLO float64
	predicted       predictedClass
	response        *tally
}

// NewRun returns an empty Run, without request records and timeline: see [Runs.Open]. A
// histogram takes up to 250 kB, so that classes have their own only where there are few.
func NewRun(info RunInfo) *Run {
	r := &Run{
		Info:     info,
		response: &tally{},
		slowdown: &tally{},
		users:    users{from: info.After},
		classes:  make([]classSum, len(info.Classes)),
	}
	if info.Steady {
		r.parts = &stretches{}
	}
	if info.Predictions {
		r.sum.predictions = newPredictions(info.Seed)
	}
	for i := range r.classes {
		r.classes[i].response = r.response
		if r.byClass() {
			r.classes[i].response = &tally{}
		}
	}
	return r
}

// byClass says whether each class has a histogram of its own.
// More than maxClassQuantiles have the run's, and no quantiles of their own in classes.csv.
func (r *Run) byClass() bool { return len(r.classes) <= maxClassQuantiles }

// Add takes the record of a request that has ended.
// It is called for every request of a simulation, so it allocates nothing.
func (r *Run) Add(q *Request) {
	s := &r.sum
	s.requests++
	s.endings[q.Ending]++
	s.work += float64(q.Work)
	r.work.add(q.Work.Seconds())
	in, avoidable := q.inTime(), q.Missed()
	switch {
	case in:
		s.inSLO++
		s.inWork += float64(q.Work)
	case avoidable:
		s.avoidable++
		s.causes[r.causeOf(q)]++
	default:
		s.unavoidable++
		// The bound would allow it: a time-out does not.
		if q.bounded() {
			r.limited++
		}
	}
	if r.users.asks(q) {
		r.users.add(q, in)
	}
	r.last = max(r.last, q.Arrival)
	if q.Try == 0 {
		r.own = max(r.own, q.Arrival)
	}
	r.series.add(q, avoidable)
	r.sizes.add(q, in)
	if r.parts != nil {
		r.parts.add(q)
	}
	response := r.response
	if int(q.Class) < len(r.classes) {
		c := &r.classes[q.Class]
		c.requests++
		if in {
			c.inSLO++
		}
		response = c.response
	}
	if q.Ending == Answered {
		s.answer(q)
		if s.predictions != nil {
			r.judge(q)
		}
		took := max(q.Finish-q.Arrival, 0)
		response.add(min(int64(took/time.Microsecond), maxMicros), 1)
		if q.Ideal > 0 {
			x := float64(took) / float64(q.Ideal)
			s.slowed++
			s.slow += x
			r.slowdown.add(int64(min(x*1000, maxThousandths)), 1)
		}
	} else {
		s.reasons[q.Reason]++
	}
	if r.rows != nil {
		r.rows.add(q)
	}
}

// judge compares the predicted work of an answered request with what was measured.
// Requests without an answer have no measured work, and do not count.
func (r *Run) judge(q *Request) {
	if off, ok := r.sum.predictions.add(q); ok && int(q.Class) < len(r.classes) {
		r.classes[q.Class].predicted.add(off)
	}
}

// Series is its requests in batches, as far as they have come.
func (r *Run) Series() *Series { return &r.series }

// Tick takes a point of the timeline.
// Points come in order of time. Samples are kept of one replication only: the file is for figures.
func (r *Run) Tick(s Sample) {
	r.elastic.tick(&s)
	r.boots.tick(&s)
	if r.timeline {
		r.samples = append(r.samples, s)
	}
}

// Finish ends the run, once, and returns its row. Nothing may be added afterwards. end is
// when the run ended, from which averages over time are taken. The sum of the classes'
// histograms becomes the run's here, as two histograms for each request would cost twice
// the time.
func (r *Run) Finish(end time.Duration, l Ledger, c Counts) Row {
	s := &r.sum
	s.end, s.ledger, s.counts = end, l, c
	r.Info.Spared = c.Spared
	s.worst, s.worstValue = r.worstClass()
	if r.byClass() {
		for i := range r.classes {
			r.response.merge(r.classes[i].response)
		}
	}
	// Of all arrivals: those without an answer are not in the histogram, and so above all
	// values.
	s.quantile = func(p float64) float64 { return quantileOf(r.response, p, s.requests) / 1e6 }
	s.answered = func(p float64) float64 { return quantileOf(r.response, p, s.endings[Answered]) / 1e6 }
	s.slowdown = func(p float64) float64 { return quantileOf(r.slowdown, p, s.slowed) / 1e3 }
	r.elastic.end()
	s.elastic = &r.elastic
	r.users.rest(s.requests, s.inSLO)
	r.users.end = max(r.last, c.Arriving).Seconds()
	s.users = &r.users
	row := Row{Info: r.Info, WorstClass: s.worst, Sent: c.Sent > 0, Passed: c.Passed > 0, LaunchedIn: c.LaunchedIn, Limited: r.limited, TooLong: float64(c.TooLong), CallTime: c.CallSeconds, Values: make([]float64, len(Columns)), Work: r.work}
	row.tails.response, row.tails.slowdown = keep(r.response), keep(r.slowdown)
	for i := range r.classes {
		row.Classes = append(row.Classes, ClassCount{r.classes[i].requests, r.classes[i].inSLO})
	}
	row.Trend.hours(&r.series)
	row.Trend.Arrivals, row.Trend.Own = r.last.Seconds(), max(r.own, c.Arriving).Seconds()
	if r.parts != nil {
		r.kept = r.parts.keep()
		r.parts = nil
	}
	row.fill(s, Columns)
	return row
}

// worstClass is the class with the lowest SLO attainment, ties to the first.
// Classes of which no request came have no attainment. NaN and "" if none has.
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
