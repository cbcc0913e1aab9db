package trace

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// A prefix is sums of the first cells: that of cells [i, j) is p[j] - p[i].
type prefix []float64

func prefixOf(cells []int32) prefix {
	p := make(prefix, len(cells)+1)
	for i, n := range cells {
		p[i+1] = p[i] + float64(n)
	}
	return p
}

func (p prefix) cells() int             { return len(p) - 1 }
func (p prefix) sum(i, j int) float64   { return p[j] - p[i] }
func (p prefix) count(i, s int) float64 { return p[(i+1)*s] - p[i*s] } // window i of s cells

// What makes a change of the rate part of the noise of a process, and not of its
// shape in time: it comes back often. The noise of windows is measured where the
// trace has leastContrasts of them, without the oddOnes that differ most; and
// where twice as wide windows show steepest times as much, that is a trend
// (what is correlated for some time grows by 4 at most, a trend by 32).
const (
	leastContrasts = 100
	oddOnes        = 12
	steepest       = 6
	// chance is how many standard errors of as many independent contrasts are no
	// more than chance: successive ones overlap, and there are many widths.
	chance = 8
)

// A noise is how much counts in windows vary about the rate, by the width of the
// windows: [k] is variance over mean for windows of 2^k cells, 1 for Poisson
// arrivals and at least 1, up to the widest that the trace has enough of.
type noise []float64

// noiseOf measures by second differences of successive windows, which a linear
// trend does not touch (as the Allan variance by first ones).
func noiseOf(p prefix) noise {
	d := noise{}
	for s := 1; p.cells()/s-2 >= leastContrasts; s *= 2 {
		v, n := contrasts(p, s)
		if v < 1+chance*math.Sqrt(2/float64(n)) {
			v = 1
		}
		if k := len(d); k > 0 {
			if v-1 > steepest*(d[k-1]-1)+1 {
				break
			}
			v = max(v, d[k-1])
		}
		d = append(d, v)
	}
	if k := len(d); k == 0 || k > 1 && d[k-2] == 1 && d[k-1] > 1 {
		d = append(d[:max(k-1, 0)], 1) // of one width alone, the widest: a trend begins to show
	}
	return d
}

// contrasts is the variance over mean of counts in windows of s cells, and of
// how many second differences it is.
func contrasts(p prefix, s int) (ratio float64, n int) {
	type contrast struct{ square, variance float64 } // of it; for Poisson counts
	all := make([]contrast, p.cells()/s-2)
	for i := range all {
		a, b, c := p.count(i, s), p.count(i+1, s), p.count(i+2, s)
		all[i] = contrast{(a - 2*b + c) * (a - 2*b + c), a + 4*b + c}
	}
	slices.SortFunc(all, func(x, y contrast) int { // 0/0 comes first
		return cmp.Compare(x.square*max(y.variance, 1), y.square*max(x.variance, 1))
	})
	square, variance := 0.0, 0.0
	for _, c := range all[:len(all)-oddOnes] {
		square += c.square
		variance += c.variance
	}
	if variance == 0 {
		return 1, len(all)
	}
	// What is left of a χ² variable of 1 degree of freedom without its largest values.
	kept := 1 - oddOnes/float64(len(all))
	q := distuv.UnitNormal.Quantile(0.5 + kept/2)
	left := (kept - 2*q*distuv.UnitNormal.Prob(q)) / kept
	return square / variance / left, len(all)
}

// of is the noise of windows of so many cells.
func (d noise) of(cells int) float64 {
	k := int(math.Log2(float64(max(cells, 1))))
	return d[min(k, len(d)-1)]
}

// correlated is for how many cells what the rate does by chance lasts, such that
// half of its noise is seen in windows so wide; 0 if nothing lasts.
func (d noise) correlated() int {
	last := d[len(d)-1]
	if last == 1 {
		return 0
	}
	for k, v := range d {
		if v-1 >= (last-1)/2 {
			return 1 << k
		}
	}
	return 0
}
