package imageproc

import (
	"context"
	"image"
	"math"
	"testing"

	"pgregory.net/rapid"

	"cnv/worker/pictures"
)

// blurred blurs a canvas in place.
func blurred(t rapid.TB, c *canvas, radius int, sigma float64) *canvas {
	if err := blur(context.Background(), c, newGaussian(radius, sigma)); err != nil {
		t.Fatal(err)
	}
	return c
}

// direct is the definition: the mean of the window's samples, weighted by
// exp(−distance²/2σ²).
func direct(c *canvas, x, y, channel, radius int, sigma float64) float64 {
	sum, weights := 0.0, 0.0
	for j := max(0, y-radius); j <= min(c.h-1, y+radius); j++ {
		for i := max(0, x-radius); i <= min(c.w-1, x+radius); i++ {
			w := math.Exp(-float64((i-x)*(i-x)+(j-y)*(j-y)) / (2 * sigma * sigma))
			sum += w * float64(c.pix[(j*c.w+i)*c.step+channel])
			weights += w
		}
	}
	return sum / weights
}

// TestBlurIsTheDefinition: within a level of the sum over the window, on any
// small picture, with windows inside and beyond the picture. Half a level is
// the rounding to 8 bits; the weights' rounding adds less than another half.
func TestBlurIsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(1, 14).Draw(t, "w"), rapid.IntRange(1, 14).Draw(t, "h")
		radius := rapid.IntRange(1, 20).Draw(t, "radius")
		sigma := rapid.Float64Range(0.1, 30).Draw(t, "sigma")
		img := image.NewRGBA(image.Rect(0, 0, w, h))
		for i := range img.Pix {
			limit := uint8(255)
			if i%4 != 3 {
				limit = img.Pix[i|3]
			}
			img.Pix[i] = rapid.Uint8Range(0, limit).Draw(t, "sample")
			if i%4 == 3 {
				img.Pix[i] |= rapid.SampledFrom([]uint8{0, 255}).Draw(t, "opaque")
			}
		}
		for i := range img.Pix { // colours are multiplied by alpha: none exceeds it
			img.Pix[i] = min(img.Pix[i], img.Pix[i|3])
		}
		got := blurred(t, copied(img), radius, sigma)
		for i := range got.pix {
			want := direct(newCanvas(img), i/4%w, i/4/w, i%4, radius, sigma)
			if math.Abs(float64(got.pix[i])-want) > 1 {
				t.Fatalf("%d × %d, radius %d, sigma %g: sample %d is %d, want %.2f", w, h, radius, sigma, i, got.pix[i], want)
			}
			if got.pix[i] > got.pix[i|3] {
				t.Fatalf("sample %d is %d, more than its alpha %d", i, got.pix[i], got.pix[i|3])
			}
		}
	})
}

// TestBlurAtTheDefault: the same for the default radius and for the widest, on
// the pictures that requests are made of, at corners, borders and inside.
func TestBlurAtTheDefault(t *testing.T) {
	for _, kind := range pictures.Kinds() {
		for _, radius := range []int{32, maxRadius} {
			img := drawn(t, kind, 131, 90)
			sigma := float64(2*radius+1) / 5
			got := blurred(t, copied(img), radius, sigma)
			for _, p := range []image.Point{{0, 0}, {130, 89}, {130, 0}, {3, 45}, {65, 88}, {65, 45}, {98, 57}, {99, 58}} {
				for channel := range 3 {
					want := direct(newCanvas(img), p.X, p.Y, channel, radius, sigma)
					if v := got.pix[(p.Y*131+p.X)*4+channel]; math.Abs(float64(v)-want) > 1 {
						t.Errorf("%s, radius %d: channel %d at %v is %d, want %.2f", kind, radius, channel, p, v, want)
					}
				}
			}
		}
	}
}

// TestConstantsStay: one colour stays as it is to the bit, at the borders too,
// for pictures of one row, one column, and across a segment's end.
func TestConstantsStay(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {1, 50}, {50, 1}, {2, 3}, {segment, 2}, {segment + 1, 3}, {3, 2*segment + 5}} {
		for _, v := range []uint8{0, 1, 127, 255} {
			img := image.NewRGBA(image.Rectangle{Max: size})
			for i := range img.Pix {
				img.Pix[i] = v
			}
			for i, got := range blurred(t, newCanvas(img), 32, 13).pix {
				if got != v {
					t.Fatalf("%v of %d: sample %d is %d", size, v, i, got)
				}
			}
		}
	}
}

// TestEnergyIsKept: away from the borders a blur moves light but makes none:
// the sum stays, but for half a unit of 65535 of rounding per sample and pass.
func TestEnergyIsKept(t *testing.T) {
	const side, radius = 61, 12
	plane, turned := make([]uint16, side*side), make([]uint16, side*side)
	before := 0
	for y := 28; y < 33; y++ {
		for x := 27; x < 35; x++ {
			plane[y*side+x] = uint16(65535 - 977*x - 331*y)
			before += int(plane[y*side+x])
		}
	}
	g := newGaussian(radius, 4)
	if err := g.pass(context.Background(), turned, plane, side, side); err != nil {
		t.Fatal(err)
	}
	if err := g.pass(context.Background(), plane, turned, side, side); err != nil {
		t.Fatal(err)
	}
	after := 0
	for _, v := range plane {
		after += int(v)
	}
	if off := math.Abs(float64(after - before)); off > side*side {
		t.Errorf("sum %d before, %d after: off by %g, want at most %d", before, after, off, side*side)
	}
}

// TestBlurMirrors: the blur of a mirrored picture is the mirrored blur, to the
// bit, whichever way segments and pairs of rows fall.
func TestBlurMirrors(t *testing.T) {
	const w, h = segment + 77, 5
	img := drawn(t, pictures.Noise, w, h)
	mirrored := image.NewRGBA(img.Rect)
	for y := range h {
		for x := range w {
			mirrored.SetRGBA(x, y, img.RGBAAt(w-1-x, h-1-y))
		}
	}
	a, b := blurred(t, copied(img), 32, 13), blurred(t, newCanvas(mirrored), 32, 13)
	for i := range w * h {
		for channel := range 3 {
			if p, q := a.pix[4*i+channel], b.pix[4*(w*h-1-i)+channel]; p != q {
				t.Fatalf("pixel %d, channel %d: %d, mirrored %d", i, channel, p, q)
			}
		}
	}
}

// TestWeightsSumToOne: exactly, for all radii and widely different sigmas, and
// each weight is within a unit of the true one.
func TestWeightsSumToOne(t *testing.T) {
	for radius := 1; radius <= maxRadius; radius++ {
		for _, sigma := range []float64{0.1, 0.5, 1, 13, float64(2*radius+1) / 5, 1000} {
			g := newGaussian(radius, sigma)
			sum, total := g.centre, 0.0
			for _, w := range g.side {
				sum += 2 * w
			}
			for d := -radius; d <= radius; d++ {
				total += math.Exp(-float64(d*d) / (2 * sigma * sigma))
			}
			if sum != unit || g.inside(radius, 2*radius+1) != unit {
				t.Fatalf("radius %d, sigma %g: sum %d, inside %d, want %d", radius, sigma, sum, g.inside(radius, 2*radius+1), unit)
			}
			for i, w := range g.side {
				d := float64(radius - i)
				if want := unit * math.Exp(-d*d/(2*sigma*sigma)) / total; math.Abs(float64(w)-want) > 1 {
					t.Fatalf("radius %d, sigma %g: weight at %g is %d, want %.2f", radius, sigma, d, w, want)
				}
			}
		}
	}
}

// TestWeightsInside: on a row of 5 with radius 2, all weights count only in
// the middle.
func TestWeightsInside(t *testing.T) {
	g := &gaussian{side: []uint64{1, 4}, centre: 6, reach: []uint64{0, 4, 5}}
	for x, want := range []uint64{11, 15, 16, 15, 11} {
		if got := g.inside(x, 5); got != want {
			t.Errorf("inside at %d: %d, want %d", x, got, want)
		}
	}
	if got := g.inside(0, 1); got != 6 {
		t.Errorf("inside a row of 1: %d, want the centre's 6", got)
	}
}
