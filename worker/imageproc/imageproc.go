package imageproc

import (
	"context"

	"cnv/worker/kernel"
)

// maxRadius keeps the pixels of a window, (2·127+1)², within 16 bits.
const maxRadius = 127

// Blur answers with the picture blurred by a Gaussian. Parameters: radius,
// 1 to 127 pixels (default 32), beyond which weights are 0; sigma, 0.1 to 1000
// pixels (default (2·radius+1)/5, so 13). Near the borders the weights that
// fall outside are left out and the others scaled to the same sum. Colours are
// weighted by their alpha.
func Blur(ctx context.Context, r *kernel.Request) (kernel.Answer, error) {
	radius, err := integer(r.Query, "radius", 32, 1, maxRadius)
	if err != nil {
		return kernel.Answer{}, err
	}
	sigma, err := decimal(r.Query, "sigma", float64(2*radius+1)/5, 0.1, 1000)
	if err != nil {
		return kernel.Answer{}, err
	}
	e, err := open(r)
	if err != nil {
		return kernel.Answer{}, err
	}
	img, err := decode(ctx, e.data, r.Limits.Pixels)
	if err != nil {
		return kernel.Answer{}, err
	}
	c := newCanvas(img)
	if err := blur(ctx, c, newGaussian(radius, sigma)); err != nil {
		return kernel.Answer{}, err
	}
	return e.answer(c.image())
}

// Enhance answers with the picture in grey, each pixel replaced by the share
// of pixels around it that are no lighter. Parameter: radius, 1 to 127 pixels
// (default 50), half the side of the square around a pixel. Near the borders
// the square is moved inside, and where the picture is smaller than the square
// it is cut. Transparent pixels count as seen on black.
func Enhance(ctx context.Context, r *kernel.Request) (kernel.Answer, error) {
	radius, err := integer(r.Query, "radius", 50, 1, maxRadius)
	if err != nil {
		return kernel.Answer{}, err
	}
	e, err := open(r)
	if err != nil {
		return kernel.Answer{}, err
	}
	img, err := decode(ctx, e.data, r.Limits.Pixels)
	if err != nil {
		return kernel.Answer{}, err
	}
	g := grey(img)
	if err := equalise(ctx, g, radius); err != nil {
		return kernel.Answer{}, err
	}
	return e.answer(g)
}
