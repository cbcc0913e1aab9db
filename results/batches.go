package results

import "time"

// Batches of a series: of five requests each, as MSER-5 has them (White, Cobb,
// Spratt 2000, Winter Simulation Conference), until there are maxBatches; then
// neighbours are joined and each is twice as long. So a run of any length is
// 1,024 to 2,048 batches, and takes 100 kB.
const (
	firstBatch = 5
	maxBatches = 2048
)

// A Batch is the sums of successive arrivals.
//
// Invariant: Answered <= Requests, Slowed <= Answered; From is the first arrival, Never without one.
type Batch struct {
	Requests, Answered float64
	Response           float64 // of the answered, nanoseconds
	Slowed, Slow       float64 // requests that have a slowdown, and its sum
	Avoidable          float64 // misses
	From               time.Duration
}

// A Series is the requests of a run in order of arrival, in batches. All
// policies of a replication have the same requests in the same batches.
//
// Invariant: Width is firstBatch times a power of two; len(Batches) <= maxBatches. The last batch may
// have fewer requests.
type Series struct {
	Width   uint64 // arrivals of a batch
	Batches []Batch
}

// add takes the record of a request, in any order: ID says which batch is its own.
// avoidable says that it is an avoidable miss, see [Request.Missed].
func (s *Series) add(q *Request, avoidable bool) {
	if s.Width == 0 {
		s.Width = firstBatch
	}
	// A run does not say how many requests it will have, so the width grows as they come.
	for q.ID/s.Width >= maxBatches {
		s.join()
	}
	i := int(q.ID / s.Width)
	for len(s.Batches) <= i {
		s.Batches = append(s.Batches, Batch{From: Never})
	}
	b := &s.Batches[i]
	b.Requests++
	if b.From == Never || q.Arrival < b.From {
		b.From = q.Arrival
	}
	if avoidable {
		b.Avoidable++
	}
	if q.Ending != Answered {
		return
	}
	took := max(q.Finish-q.Arrival, 0)
	b.Answered++
	b.Response += float64(took)
	if q.Ideal > 0 {
		b.Slowed++
		b.Slow += float64(took) / float64(q.Ideal)
	}
}

// join makes one batch of every two.
// An odd one at the end stays alone.
func (s *Series) join() {
	for i := range s.Batches {
		if i%2 == 0 {
			s.Batches[i/2] = s.Batches[i]
		} else {
			s.Batches[i/2].plus(&s.Batches[i])
		}
	}
	s.Width, s.Batches = 2*s.Width, s.Batches[:(len(s.Batches)+1)/2]
}

// plus adds the batch that follows.
func (b *Batch) plus(c *Batch) {
	b.Requests, b.Answered, b.Response = b.Requests+c.Requests, b.Answered+c.Answered, b.Response+c.Response
	b.Slowed, b.Slow, b.Avoidable = b.Slowed+c.Slowed, b.Slow+c.Slow, b.Avoidable+c.Avoidable
	if b.From == Never {
		b.From = c.From
	}
}

// total adds up the batches from the first one that counts on.
func (s *Series) total(from int) Batch {
	sum := Batch{From: Never}
	for i := from; i < len(s.Batches); i++ {
		sum.plus(&s.Batches[i])
	}
	return sum
}

// A Ratio is a mean over the requests of a batch, in the unit of its metric; NaN of none.
type Ratio func(b *Batch) float64

// batchResponse is the mean response time of answered requests, s; batchSlowdown their mean
// slowdown; batchMisses the share of avoidable misses of all.
func batchResponse(b *Batch) float64 { return b.Response / b.Answered / 1e9 }
func batchSlowdown(b *Batch) float64 { return b.Slow / b.Slowed }
func batchMisses(b *Batch) float64   { return b.Avoidable / b.Requests }

// means is a ratio by batch.
func (s *Series) means(of Ratio) []float64 {
	out := make([]float64, len(s.Batches))
	for i := range s.Batches {
		out[i] = of(&s.Batches[i])
	}
	return out
}

// Long makes n batches of those from the first one that counts on, all of the same length,
// and gives their ratios in order: what does not fit is left out at the beginning. nil if
// there are not enough.
//
// The beginning is where a warm-up would still be felt; all batches of the result are whole
// but for the last one's last requests. A batch without a denominator is NaN.
func (s *Series) Long(from, n int, of Ratio) []float64 {
	each := (len(s.Batches) - from) / n
	if each < 1 {
		return nil
	}
	out := make([]float64, n)
	for i := range out {
		sum := Batch{From: Never}
		for k := range each {
			sum.plus(&s.Batches[len(s.Batches)-(n-i)*each+k])
		}
		out[i] = of(&sum)
	}
	return out
}
