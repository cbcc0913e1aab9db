package load

import (
	"fmt"
	"math"
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

// Limited says why the generator, not the gateway, may have made the numbers,
// and by how much: a request was dropped, or the lag is more than 5 % of the
// response time, at the median or the 99th percentile. It is "" if neither holds,
// and says nothing of lag where no request was answered.
func (r *Report) Limited() string {
	if n := r.Failed[Dropped]; n > 0 {
		return fmt.Sprintf("%d requests were dropped by the load generator, as too many were in flight", n)
	}
	for _, q := range []struct {
		name          string
		lag, response time.Duration
	}{{"median", r.LagP50, r.ResponseP50}, {"99th percentile", r.LagP99, r.ResponseP99}} {
		if r.Answered > 0 && q.lag > q.response/20 {
			return fmt.Sprintf("requests were sent late: the %s of the response time, %v, may be too long by up to %v, that of the lag",
				q.name, Round(q.response), Round(q.lag))
		}
	}
	return ""
}

// Round rounds a time to three significant digits, for people.
func Round(d time.Duration) time.Duration {
	unit := time.Duration(1)
	for d.Abs()/unit >= 1000 {
		unit *= 10
	}
	return d.Round(unit)
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
	if s.Class != Dropped && s.Class != Invalid {
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
	r.LagP50, r.LagP99 = time.Duration(quantile(t.lag, 0.5)), time.Duration(quantile(t.lag, 0.99))
	r.ResponseP50 = time.Duration(quantile(t.response, 0.5)) * time.Microsecond
	r.ResponseP99 = time.Duration(quantile(t.response, 0.99)) * time.Microsecond
	return r
}

// quantile is the least value that a share q of all does not exceed, as in the
// results; ValueAtQuantile rounds to the nearest rank.
func quantile(h *hdrhistogram.Histogram, q float64) int64 {
	n := float64(h.TotalCount())
	if n == 0 {
		return 0
	}
	return h.ValueAtQuantile(100 * math.Ceil(q*n*(1-1e-12)) / n) // q*n may be a little too large
}
