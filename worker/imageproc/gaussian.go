package imageproc

import (
	"context"
	"math"
)

// unit is a weight of 1.
const unit = 1 << 16

// A gaussian is one dimension of a Gaussian kernel: weights in units of
// 1/65536, whose sum is exactly 1, so that a picture of one colour stays as it
// is and results are the same on all machines.
type gaussian struct {
	side   []uint64 // of one side, the outermost first
	centre uint64
	reach  []uint64 // reach[d] is the sum of one side up to distance d, 0 to the radius
}

// newGaussian has the weights exp(−d²/2σ²) up to the radius, scaled to sum 1.
func newGaussian(radius int, sigma float64) *gaussian {
	weight := make([]float64, radius+1)
	sum := 0.0
	for d := radius; d >= 0; d-- {
		weight[d] = math.Exp(-float64(d*d) / (2 * sigma * sigma))
		sum += 2 * weight[d]
	}
	sum -= weight[0]

	// The tails are rounded rather than the weights, so that the rounding
	// errors do not add up.
	g := &gaussian{side: make([]uint64, radius), reach: make([]uint64, radius+1)}
	tail, rounded := 0.0, uint64(0)
	for d := radius; d > 0; d-- {
		tail += weight[d]
		r := uint64(math.Round(unit * (tail / sum)))
		g.side[radius-d] = r - rounded
		rounded = r
	}
	g.centre = unit - 2*rounded
	for d := 1; d <= radius; d++ {
		g.reach[d] = g.reach[d-1] + g.side[radius-d]
	}
	return g
}

// radius is the distance up to which weights are more than 0.
func (g *gaussian) radius() int { return len(g.side) }

// inside is the sum of the weights that fall on a row of n pixels around its
// pixel x.
func (g *gaussian) inside(x, n int) uint64 {
	return g.centre + g.reach[min(g.radius(), x)] + g.reach[min(g.radius(), n-1-x)]
}

// blur blurs all channels of a canvas in place: first along the rows, then
// along the columns.
func blur(ctx context.Context, c *canvas, g *gaussian) error {
	plane, turned := make([]uint16, c.w*c.h), make([]uint16, c.w*c.h)
	for channel := range c.used {
		c.load(plane, channel)
		if err := g.pass(ctx, turned, plane, c.w, c.h); err != nil {
			return err
		}
		if err := g.pass(ctx, plane, turned, c.h, c.w); err != nil {
			return err
		}
		c.store(plane, channel)
	}
	return nil
}
