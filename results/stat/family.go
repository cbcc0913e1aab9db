package stat

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"gonum.org/v1/gonum/stat/distuv"
)

// FewestFlips is from how many replications on signs are flipped: of fewer, not
// even one sign that all replications share happens less than once in twenty
// times.
const FewestFlips = 6

// mostExact is up to how many replications all assignments of signs are taken,
// and drawnFlips how many are drawn of more.
const (
	mostExact  = 12
	drawnFlips = 1999
)

// A Block is one metric on one workload: by alternative what each replication
// contributes to its value (Linear.At); nil for one that is not compared. Blocks may
// have fewer replications than others: theirs are the first ones.
type Block [][]float64

// Critical is a bound that with the given confidence no |t| of a paired difference
// exceeds where there is no difference, all together: every two alternatives of
// every block. It is the single-step max-|t| of Westfall and Young (1993,
// Resampling-Based Multiple Testing), with the signs of replications flipped, those
// of a replication together in all blocks, as the replications are independent and
// all that meets the same one is not (for sign flips: Winkler et al. 2014,
// doi:10.1016/j.neuroimage.2014.01.060). Replications are n at most, at least FewestFlips.
// Up to 12 of them all signs are taken, of more the same 1,999 whenever asked.
func Critical(blocks []Block, n int, confidence float64) float64 {
	f := newFlipper(blocks)
	if len(f.pairs) == 0 {
		return 0
	}
	maxima := []float64{}
	signs := make([]float64, n)
	if n <= mostExact {
		for bits := range 1 << (n - 1) { // the sign of the last one may be fixed
			for i := range signs {
				signs[i] = 1 - 2*float64(bits>>i&1)
			}
			maxima = append(maxima, f.most(signs))
		}
	} else {
		bits := flips(n)
		for range drawnFlips + 1 {
			for i := range signs {
				signs[i] = 1 - 2*float64(bits[i/64]>>(i%64)&1)
			}
			bits = bits[(n+63)/64:]
			maxima = append(maxima, f.most(signs))
		}
	}
	slices.SortFunc(maxima, func(a, b float64) int { return cmp.Compare(b, a) })
	// So many assignments may exceed it, that of the data among them.
	allowed := int((1 - confidence) * float64(len(maxima)) * (1 + 1e-9))
	return maxima[min(allowed, len(maxima)-1)]
}

// flips is the assignments of signs of n replications, each in whole words of bits, of which
// a 1 is a minus: first that of the data, then those that are drawn. They are remembered, as
// StudentsT is: an experiment asks for a few n again and again.
func flips(n int) []uint64 {
	if known, ok := assignments.Load(n); ok {
		return known.([]uint64)
	}
	words := (n + 63) / 64
	rng, bits := rand.NewPCG(0xf11b5, uint64(n)), make([]uint64, (drawnFlips+1)*words)
	for k := range drawnFlips {
		own := bits[(k+1)*words:]
		for i := range n {
			own[i/64] |= rng.Uint64() & 1 << (i % 64)
		}
	}
	assignments.Store(n, bits)
	return bits
}

var assignments sync.Map

// A flipper finds the largest |t| under given signs.
type flipper struct {
	values [][]float64 // of each alternative of each block, less their mean in that replication
	sums   []float64
	pairs  []pair
	sizes  []int     // different numbers of replications
	shares []float64 // by size
}

// A pair is two alternatives, the mean square of their differences, which no sign
// changes, and which of the sizes they have.
type pair struct {
	a, b   int
	square float64
	size   int
}

func newFlipper(blocks []Block) *flipper {
	f := &flipper{}
	for _, b := range blocks {
		from := len(f.values)
		for _, values := range b {
			if values != nil {
				f.values = append(f.values, slices.Clone(values))
			}
		}
		own := f.values[from:]
		if len(own) == 0 {
			continue
		}
		n, size := len(own[0]), slices.Index(f.sizes, len(own[0]))
		if size < 0 {
			size, f.sizes = len(f.sizes), append(f.sizes, n)
		}
		for i := range n {
			mean := 0.0
			for _, v := range own {
				mean += v[i] / float64(len(own))
			}
			for _, v := range own {
				v[i] -= mean // so that sums do not cancel
			}
		}
		for x := range own {
			for y := range x {
				square := 0.0
				for i := range n {
					d := own[x][i] - own[y][i]
					square += d * d / float64(n)
				}
				if square > 0 {
					f.pairs = append(f.pairs, pair{from + x, from + y, square, size})
				}
			}
		}
	}
	f.sums, f.shares = make([]float64, len(f.values)), make([]float64, len(f.sizes))
	return f
}

// most is the largest |t|. It grows with the share of a mean square that is the square
// of the mean.
func (f *flipper) most(signs []float64) float64 {
	for k, v := range f.values {
		sum := 0.0
		for i, x := range v {
			sum += signs[i] * x
		}
		f.sums[k] = sum / float64(len(v))
	}
	clear(f.shares)
	for i := range f.pairs {
		p := &f.pairs[i]
		m := f.sums[p.a] - f.sums[p.b]
		if share := m * m / p.square; share > f.shares[p.size] {
			f.shares[p.size] = share
		}
	}
	most := 0.0
	for k, share := range f.shares {
		most = max(most, tOf(share, f.sizes[k]))
	}
	return most
}

// tOf is the |t| that belongs to a share.
func tOf(share float64, n int) float64 {
	if share > 1-1e-12 {
		return math.Inf(1)
	}
	return math.Sqrt(float64(n-1) * share / (1 - share))
}

// Bonferroni is what Critical is where signs cannot be flipped: by Student's t
// with so many degrees of freedom, each of the m differences with its part of
// what is left of the confidence.
func Bonferroni(m int, freedom, confidence float64) float64 {
	return StudentsT(freedom, 1-(1-confidence)/2/float64(max(m, 1)))
}

// StudentsT is a quantile of Student's t. It is remembered: one experiment asks for a
// few of them thousands of times.
func StudentsT(freedom, p float64) float64 {
	key := [2]float64{freedom, p}
	if known, ok := quantiles.Load(key); ok {
		return known.(float64)
	}
	t := distuv.StudentsT{Sigma: 1, Nu: freedom}.Quantile(p)
	quantiles.Store(key, t)
	return t
}

var quantiles sync.Map
