package stat

import "math"

// BeyondQuantile is how many values must lie beyond a quantile for it to be told:
// of fewer it is the luck of the largest ones.
const BeyondQuantile = 10

// Told says whether enough of so many values lie beyond the q-quantile for it to be told.
func Told(values, q float64) bool { return values*(1-q) >= BeyondQuantile*(1-1e-9) }

// Counts is the values of one replication: how many are in each bucket of a
// histogram, in order, and how many there are in all. Those that are in no bucket
// are infinite.
type Counts struct {
	Bucket []int32 // numbers of the buckets that are not empty, increasing
	Count  []int64
	All    float64
}

// A Pool is the values of all replications together.
type Pool struct {
	parts []Counts
	sum   []int64 // by bucket
	all   float64
}

// NewPool merges replications. Histograms merge exactly.
func NewPool(parts []Counts) *Pool {
	p := &Pool{parts: parts}
	for _, c := range parts {
		p.all += c.All
		if n := len(c.Bucket); n > 0 && int(c.Bucket[n-1]) >= len(p.sum) {
			p.sum = append(p.sum, make([]int64, int(c.Bucket[n-1])+1-len(p.sum))...)
		}
		for i, b := range c.Bucket {
			p.sum[b] += c.Count[i]
		}
	}
	return p
}

// A Quantile is one of pooled values, with an interval, if there is one.
type Quantile struct {
	Linear
	Low, High float64
}

// Quantile is the q-quantile of the pooled values: the least that at least a share
// q of all do not exceed; value is what a bucket stands for. It is none where fewer
// than BeyondQuantile values lie beyond it.
//
// Its interval is Woodruff's (1952, doi:10.1080/01621459.1952.10483443; for clusters
// Francisco and Fuller 1991, doi:10.1214/aos/1176347993): that of the share of values
// beyond it, a ratio of sums over replications, which half gives, is read off the
// pooled values. So it needs neither that a replication reaches as deep nor that
// values are independent within it. Where it goes beyond the largest value its end
// is infinite. The contributions follow from the same share and the density around
// the quantile.
func (p *Pool) Quantile(q float64, value func(bucket int) float64, half func(Linear) float64) Quantile {
	none := Quantile{None(), math.NaN(), math.NaN()}
	if !Told(p.all, q) {
		return none
	}
	at := p.bucket(q)
	v := p.value(at, value)
	none.Value = v
	if at < 0 {
		return none
	}
	share := p.beyond(at)
	h := half(share)
	if math.IsNaN(h) {
		return none
	}
	out := Quantile{Linear{Value: v}, p.value(p.bucket(max(q-h, 0)), value), math.Inf(1)}
	if q+h <= 1-1/p.all {
		out.High = p.value(p.bucket(q+h), value)
	}
	width, span := p.around(q, h, v, value)
	out.At = make([]float64, len(share.At))
	for i, s := range share.At {
		out.At[i] = v
		if width > 0 && span > 0 {
			out.At[i] += (s - share.Value) * span / width
		}
	}
	return out
}

// reach is how far of the way from a quantile to the end the density is taken over: with
// a half, paired differences of the 99th percentile over windows held the truth in 67 of
// 80 experiments of results/study/coverage's test, with this in 69 at least.
const reach = 0.8

// around is how far apart the values are, and the shares below them, on both sides of a
// quantile: up to h, but not all of the way to the end, as the largest values are luck.
// Where those above are infinite it looks below alone.
func (p *Pool) around(q, h, v float64, value func(bucket int) float64) (width, span float64) {
	h = min(h, reach*q, reach*(1-q))
	low, high := p.value(p.bucket(q-h), value), p.value(p.bucket(q+h), value)
	if math.IsInf(high, 1) {
		return h, v - low
	}
	return 2 * h, high - low
}

// bucket is where the q-quantile is; -1 if it is infinite.
func (p *Pool) bucket(q float64) int {
	rank := max(math.Ceil(q*p.all*(1-1e-12)), 1)
	below := 0.0
	for b, n := range p.sum {
		if below += float64(n); below >= rank {
			return b
		}
	}
	return -1
}

func (p *Pool) value(bucket int, value func(int) float64) float64 {
	if bucket < 0 {
		return math.Inf(1)
	}
	return value(bucket)
}

// beyond is the share of values beyond a bucket.
func (p *Pool) beyond(bucket int) Linear {
	own, sum := make([]float64, len(p.parts)), 0.0
	for i, c := range p.parts {
		own[i] = c.All
		for k, b := range c.Bucket {
			if int(b) > bucket {
				break
			}
			own[i] -= float64(c.Count[k])
		}
		sum += own[i]
	}
	return Jackknife(len(own), sum/p.all,
		func(i int) float64 { return (sum - own[i]) / (p.all - p.parts[i].All) },
		func(i int) float64 { return own[i] / p.parts[i].All })
}
