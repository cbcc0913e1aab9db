package load

import (
	"fmt"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// A Report sums up a run. Quantiles come from histograms and are at most 0.1 %
// too large.
type Report struct {
	Sent, Answered uint64 // handed to the transport; of these answered well
	Failed         map[Failure]uint64
	LagP50, LagP99 time.Duration // of requests sent
	LagMax         time.Duration
	ResponseP50    time.Duration // of requests answered well, from the intended instant
	ResponseP99    time.Duration
}

// Limited says why the generator, not the gateway, may have made the numbers:
// a request was dropped, or the 99th percentile of the lag is more than 1 % of
// the median response time. It is "" if neither holds, and says nothing of lag
// where no request was answered.
func (r *Report) Limited() string {
	switch n := r.Failed[Dropped]; {
	case n > 0:
		return fmt.Sprintf("%d requests were dropped by the load generator, as too many were in flight", n)
	case r.Answered > 0 && r.LagP99 > r.ResponseP50/100:
		return fmt.Sprintf("requests were sent late: the 99th percentile of the lag, %v, is more than 1 %% of the median response time, %v", r.LagP99, r.ResponseP50)
	}
	return ""
}

// Bounds of the histograms: lag in nanoseconds up to 73 minutes, as 1 % of a
// response of a millisecond is 10 µs; response times in microseconds up to 12
// days. What is longer counts as that.
const (
	maxLag      = 1 << 42
	maxResponse = 1 << 40
	digits      = 3
)

// A tally counts what became of requests. It may be used by several goroutines.
type tally struct {
	mu       sync.Mutex
	record   func(*Sent)
	report   Report
	lag      *hdrhistogram.Histogram // nanoseconds
	response *hdrhistogram.Histogram // microseconds
}

func newTally(record func(*Sent)) tally {
	return tally{
		record: record, report: Report{Failed: map[Failure]uint64{}},
		lag: hdrhistogram.New(1, maxLag, digits), response: hdrhistogram.New(1, maxResponse, digits),
	}
}

// add counts a request that has ended, and has it recorded.
func (t *tally) add(s *Sent) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := &t.report
	if s.Class != "" {
		r.Failed[s.Class]++
	}
	if s.Class != Dropped && s.Class != Unsent && s.Class != Invalid {
		r.Sent++
		r.LagMax = max(r.LagMax, s.Lag)
		_ = t.lag.RecordValue(min(int64(s.Lag), maxLag)) // in range
	}
	if s.Class == "" {
		r.Answered++
		_ = t.response.RecordValue(min((s.Finish - s.Due).Microseconds(), maxResponse)) // in range
	}
	t.record(s)
}

// close is the report of everything added.
func (t *tally) close() Report {
	r := t.report
	r.LagP50, r.LagP99 = time.Duration(t.lag.ValueAtQuantile(50)), time.Duration(t.lag.ValueAtQuantile(99))
	r.ResponseP50 = time.Duration(t.response.ValueAtQuantile(50)) * time.Microsecond
	r.ResponseP99 = time.Duration(t.response.ValueAtQuantile(99)) * time.Microsecond
	return r
}
