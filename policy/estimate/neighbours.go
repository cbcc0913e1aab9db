package estimate

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"cnv/policy"
)

// mostNeighbours bounds Neighbours.K.
const mostNeighbours = 64

// Neighbours predicts from the K requests of the class whose features are nearest, of the last
// Window that were measured: the mean of their work, or, with a Quantile, the quantile, for
// whoever would rather be told too much than too little. It takes no law for granted: work
// may grow with features in any way, jumps included.
//
// Distance is Euclidean between log(1 + feature), each in units of its standard deviation over
// the window; a feature that has not varied counts for nothing. Of equally near ones the latest
// count. A class is predicted from its K-th observation on. O(Window · features) per prediction;
// no allocation.
//
// Source: Cover and Hart 1967, doi:10.1109/TIT.1967.1053964.
type Neighbours struct {
	K        int     `toml:"k" doc:"nearest requests that are asked, 1 to 64" range:"3:25" set:"yes"`
	Window   int     `toml:"window" doc:"measured requests of the class among which they are, 1 to 100000" range:"200:5000"`
	Quantile float64 `toml:"quantile" doc:"of their work that is predicted, in [0, 1); 0: the mean" range:"0:0.99" set:"yes"`
	Learning

	classes []crowd
}

// A crowd is the last measured requests of a class, a ring.
type crowd struct {
	seen     []seenWork
	n        int // so many were ever added
	features int
	sum, sq  [policy.MaxFeatures]float64 // of what is in the ring
}

// A seenWork is one of them.
type seenWork struct {
	x    [terms]float64 // see regressors
	work float64
}

// NewNeighbours returns the defaults.
func NewNeighbours() *Neighbours { return &Neighbours{K: 9, Window: 1000} }

// Validate checks the parameters.
func (p *Neighbours) Validate() error {
	var k, window, quantile error
	if p.K < 1 || p.K > mostNeighbours {
		k = fmt.Errorf("k = %d, must be in [1, %d]", p.K, mostNeighbours)
	}
	if p.Window < 1 || p.Window > 100_000 {
		window = fmt.Errorf("window = %d, must be in [1, 100000]", p.Window)
	}
	if !(p.Quantile >= 0 && p.Quantile < 1) {
		quantile = fmt.Errorf("quantile = %v, must be in [0, 1)", p.Quantile)
	}
	return errors.Join(k, window, quantile, p.Learning.Validate())
}

// Start implements policy.Starter.
func (p *Neighbours) Start(e policy.Env) error {
	p.classes = make([]crowd, len(e.Classes))
	for i := range p.classes {
		p.classes[i] = crowd{features: min(len(e.Classes[i].Features), policy.MaxFeatures)}
	}
	return p.Learning.Start(e)
}

// Learn implements policy.Estimator.
func (p *Neighbours) Learn(_ time.Duration, r *policy.Request, work float64) {
	if int(r.Class) >= len(p.classes) || !(work > 0) || math.IsInf(work, 0) {
		return
	}
	c := &p.classes[r.Class]
	if c.seen == nil {
		c.seen = make([]seenWork, 0, p.Window)
	}
	s := seenWork{regressors(r), work}
	if len(c.seen) < cap(c.seen) {
		c.seen = append(c.seen, s)
	} else {
		c.count(&c.seen[c.n%len(c.seen)], -1)
		c.seen[c.n%len(c.seen)] = s
	}
	c.count(&s, 1)
	c.n++
}

// count adds a request to the sums, or takes it out.
func (c *crowd) count(s *seenWork, by float64) {
	for i := range c.features {
		c.sum[i] += by * s.x[i+1]
		c.sq[i] += by * s.x[i+1] * s.x[i+1]
	}
}

// weights are one over the variance of each feature; 0 where it has none beyond rounding.
func (c *crowd) weights() (w [policy.MaxFeatures]float64) {
	n := float64(len(c.seen))
	for i := range c.features {
		mean := c.sum[i] / n
		if v := c.sq[i]/n - mean*mean; v > 1e-9*(1+mean*mean) {
			w[i] = 1 / v
		}
	}
	return w
}

// Estimate implements policy.Estimator.
func (p *Neighbours) Estimate(_ time.Duration, r *policy.Request) (float64, bool) {
	if int(r.Class) >= len(p.classes) {
		return 0, false
	}
	c := &p.classes[r.Class]
	k := min(p.K, p.Window)
	if len(c.seen) < k {
		return 0, false
	}
	var nearest [mostNeighbours]near
	c.nearest(r, nearest[:0], k)
	sum := 0.0
	var works [mostNeighbours]float64
	for i, near := range nearest[:k] {
		works[i] = near.work
		sum += near.work
	}
	if p.Quantile == 0 {
		return sum / float64(k), true
	}
	slices.Sort(works[:k])
	return works[int(p.Quantile*float64(k))], true
}

// A near is the work of a request and how far it is.
type near struct{ distance, work float64 }

// nearest puts the k nearest into out, which has room for them, the nearest first. From the latest
// on, so that of equally near ones the latest stay.
func (c *crowd) nearest(r *policy.Request, out []near, k int) {
	x, w := regressors(r), c.weights()
	for j := range c.seen {
		s := &c.seen[(c.n-1-j)%len(c.seen)]
		d := 0.0
		for i := range c.features {
			e := x[i+1] - s.x[i+1]
			d += w[i] * e * e
		}
		if len(out) == k && d >= out[k-1].distance {
			continue
		}
		at, _ := slices.BinarySearchFunc(out, d, func(n near, d float64) int {
			if n.distance <= d {
				return -1
			}
			return 1
		})
		if len(out) < k {
			out = append(out, near{})
		}
		copy(out[at+1:], out[at:])
		out[at] = near{d, s.work}
	}
}
