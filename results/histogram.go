package results

import (
	"math"

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

// maxClassQuantiles is up to how many classes each has a histogram of its own: 250 kB each
// while the run lasts, 16 MB together.
const maxClassQuantiles = 64

// subBuckets is how many buckets a power of two has: as digits needs.
const subBuckets = 1024

// maxBucket is beyond the last bucket of any histogram here.
const maxBucket = 64 * subBuckets

// BucketValue is the largest value of a bucket, by its number: what the library
// tells of values in it, once all else of the histogram is gone.
// The largest, so that a quantile is never told as smaller than it was.
func BucketValue(bucket int) float64 {
	if bucket < 2*subBuckets {
		return float64(bucket)
	}
	return math.Ldexp(float64(bucket%subBuckets+subBuckets+1), bucket/subBuckets-1) - 1
}

// newMicros is an empty histogram of response times.
func newMicros() *hdrhistogram.Histogram { return hdrhistogram.New(1, maxMicros, digits) }

// counted is a histogram, dense or packed. percent is from 0 to 100.
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

// merged adds a histogram to a packed one, which takes some 10 kB where a
// dense one takes 250. Counts are integers, so the order does not matter.
func merged(into *hdrhistogram.PackedHistogram, h *hdrhistogram.Histogram) *hdrhistogram.PackedHistogram {
	if into == nil {
		into = hdrhistogram.NewPacked(1, maxMicros, digits)
	}
	into.MergeFrom(h)
	return into
}
