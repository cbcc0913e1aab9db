package pictures

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"
)

// A Kind says what a picture is of.
type Kind string

// The kinds, from little detail to much.
const (
	Smooth  Kind = "smooth"  // a gradient between four colours: a few kB of JPEG at any size
	Text    Kind = "text"    // dark letters on a light page: hard edges and flat parts
	Fractal Kind = "fractal" // a map of islands seen from above: detail at all scales, as photographs have
	Noise   Kind = "noise"   // every pixel at random: the most bytes, and every grey in each window
)

// MaxSide is the longest side of a picture, pixels.
const MaxSide = 1 << 16

// Kinds are all kinds, in the order above.
func Kinds() []Kind { return []Kind{Smooth, Text, Fractal, Noise} }

// New draws a picture of w × h pixels, each side 1 to MaxSide. It is opaque.
// Another seed is another picture of the kind, of about the same detail.
func New(kind Kind, w, h int, seed uint64) (*image.RGBA, error) {
	if w < 1 || h < 1 || w > MaxSide || h > MaxSide {
		return nil, fmt.Errorf("pictures: %d × %d pixels: want sides of 1 to %d", w, h, MaxSide)
	}
	var at func(x, y int) color.RGBA
	switch kind {
	case Smooth:
		at = smooth(w, h, seed)
	case Text:
		at = text(seed)
	case Fractal:
		at = fractal(seed)
	case Noise:
		at = noise(seed)
	default:
		return nil, fmt.Errorf("pictures: no kind %q: want one of %v", kind, Kinds())
	}
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, at(x, y))
		}
	}
	return img, nil
}

// File draws a picture and encodes it as "jpeg" (quality 90, as cameras
// choose) or "png".
func File(format string, kind Kind, w, h int, seed uint64) ([]byte, error) {
	if !slices.Contains([]string{"jpeg", "png"}, format) {
		return nil, fmt.Errorf("pictures: no format %q: want jpeg or png", format)
	}
	img, err := New(kind, w, h, seed)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if format == "jpeg" {
		err = jpeg.Encode(&b, img, &jpeg.Options{Quality: 90})
	} else {
		err = png.Encode(&b, img)
	}
	return b.Bytes(), err
}
