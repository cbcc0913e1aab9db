package results

import (
	"math"
	"math/bits"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Bounds of the histograms: response times in microseconds up to 12 days,
// slowdowns in thousandths up to a billion. A value comes back at most 0.1 %
// too large, and exact below 2048.
const (
	maxMicros      = 1 << 40
	maxThousandths = 1 << 40
	digits         = 3
)

// maxClassQuantiles is up to how many classes each has a histogram of its own: at most
// 250 kB each while the run lasts, 16 MB together.
const maxClassQuantiles = 64

// subBuckets is how many buckets a power of two has: as digits needs.
const subBuckets = 1024

// octaves is how many times subBuckets a histogram here has, up to maxMicros.
const octaves = 32

// BucketValue is the largest value of a bucket, by its number: what the library
// tells of values in it, once all else of the histogram is gone.
// The largest, so that a quantile is never told as smaller than it was.
func BucketValue(bucket int) float64 {
	if bucket < 2*subBuckets {
		return float64(bucket)
	}
	return math.Ldexp(float64(bucket%subBuckets+subBuckets+1), bucket/subBuckets-1) - 1
}

// A tally is a histogram with the buckets of HdrHistogram, for values from 0 to maxMicros.
// Those of a power of two have memory, 8 kB, once a value comes to them: a run has values in
// some ten of them. The library's histogram has all of them from the start, 250 kB, which
// were most of what a short run took.
//
// Invariant: total is the sum of all counts.
type tally struct {
	total  int64
	counts [octaves]*[subBuckets]int64
}

// add takes n values of v, which is from 0 to maxMicros.
func (h *tally) add(v, n int64) {
	shift := max(bits.Len64(uint64(v))-11, 0) // 11: values below 2048 have a bucket each
	h.addAt(shift*subBuckets+int(v>>shift), n)
}

// addAt takes n values of a bucket, by its number.
func (h *tally) addAt(bucket int, n int64) {
	of := &h.counts[bucket/subBuckets]
	if *of == nil {
		*of = new([subBuckets]int64)
	}
	(*of)[bucket%subBuckets] += n
	h.total += n
}

// each gives the buckets that have values, in order.
func (h *tally) each(yield func(bucket int, n int64) bool) {
	for octave, of := range h.counts {
		if of == nil {
			continue
		}
		for i, n := range of {
			if n != 0 && !yield(octave*subBuckets+i, n) {
				return
			}
		}
	}
}

// merge adds the values of another.
func (h *tally) merge(from *tally) {
	for bucket, n := range from.each {
		h.addAt(bucket, n)
	}
}

// TotalCount is how many values it has.
func (h *tally) TotalCount() int64 { return h.total }

// ValueAtPercentile is the largest value of the bucket in which a percentile is, by the
// nearest rank; 0 without values. percent is from 0 to 100.
func (h *tally) ValueAtPercentile(percent float64) int64 {
	rank := max(int64(percent/100*float64(h.total)+0.5), 1)
	for bucket, n := range h.each {
		if rank -= n; rank <= 0 {
			return int64(BucketValue(bucket))
		}
	}
	return 0
}

// counted is a histogram, with memory for its buckets or packed. percent is from 0 to 100.
type counted interface {
	TotalCount() int64
	ValueAtPercentile(percent float64) int64
}

// quantileOf is the p-quantile of n values of which those that are not in the
// histogram are infinite: the least value that at least a share p of all do
// not exceed. It is NaN if n is 0.
// The nearest-rank definition (Hyndman and Fan 1996, type 1, doi:10.1080/00031305.1996.10473566): the
// result is a value that was there, up to the histogram's 0.1 %.
func quantileOf(h counted, p, n float64) float64 {
	if n == 0 {
		return math.NaN()
	}
	rank := max(math.Ceil(p*n*(1-1e-12)), 1) // p*n may be a little too large
	have := float64(h.TotalCount())
	if rank > have {
		return math.Inf(1)
	}
	return float64(h.ValueAtPercentile(100 * rank / have))
}

// merged adds a histogram to a packed one, which takes some 10 kB where a tally
// takes up to 250. Counts are integers, so the order does not matter.
func merged(into *hdrhistogram.PackedHistogram, h *tally) *hdrhistogram.PackedHistogram {
	if into == nil {
		into = hdrhistogram.NewPacked(1, maxMicros, digits)
	}
	for bucket, n := range h.each {
		_ = into.RecordValues(int64(BucketValue(bucket)), n) // in range
	}
	return into
}
