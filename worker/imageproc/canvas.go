package imageproc

import (
	"image"
	"image/color"
	"image/draw"
)

// A canvas is a picture as interleaved channels of 8 bits: grey, or red,
// green, blue and alpha with the colours multiplied by alpha.
type canvas struct {
	pix   []uint8
	step  int // channels of a pixel, 1 or 4; rows follow without a gap
	used  int // channels worked on: 3 of 4 where the picture is opaque
	w, h  int // pixels
	whole image.Image
}

// newCanvas copies a picture, or takes its pixels over where they are in the
// right form. Deeper channels are cut to 8 bits.
func newCanvas(img image.Image) *canvas {
	b := img.Bounds()
	c := &canvas{w: b.Dx(), h: b.Dy()}
	switch img.(type) {
	case *image.Gray, *image.Gray16:
		g := grey(img)
		c.pix, c.step, c.used, c.whole = g.Pix, 1, 1, g
	default:
		m := rgba(img)
		c.pix, c.step, c.used, c.whole = m.Pix, 4, 4, m
		if m.Opaque() {
			c.used = 3
		}
	}
	return c
}

// image is the picture, which shares the canvas's pixels.
func (c *canvas) image() image.Image { return c.whole }

// load copies a channel into a plane, its 8 bits spread over 16.
func (c *canvas) load(plane []uint16, channel int) {
	for i := range plane {
		plane[i] = uint16(c.pix[i*c.step+channel]) * 257
	}
}

// store copies a plane into a channel, rounded to 8 bits.
func (c *canvas) store(plane []uint16, channel int) {
	for i, v := range plane {
		c.pix[i*c.step+channel] = uint8((uint32(v) + 128) / 257)
	}
}

// rgba is a picture in colours multiplied by alpha. Its origin is 0, 0 and its
// rows follow without a gap.
func rgba(img image.Image) *image.RGBA {
	b := img.Bounds()
	if m, ok := img.(*image.RGBA); ok && b.Min == (image.Point{}) && m.Stride == 4*b.Dx() {
		return m
	}
	if p, ok := img.(*image.Paletted); ok {
		p.Palette = padded(p.Palette)
	}
	m := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(m, m.Rect, img, b.Min, draw.Src)
	return m
}

// padded is a palette of 256 colours, black where there was none: the decoder
// of BMP lets pixels through that name a colour beyond the end.
func padded(p color.Palette) color.Palette {
	full := make(color.Palette, 256)
	for i := copy(full, p); i < len(full); i++ {
		full[i] = color.RGBA{A: 255}
	}
	return full
}

// grey is the luma of a picture (ITU-R BT.601, as JFIF and color.RGBToYCbCr
// have it), seen on black. Its origin is 0, 0 and its rows follow without a
// gap.
func grey(img image.Image) *image.Gray {
	b := img.Bounds()
	g := image.NewGray(image.Rect(0, 0, b.Dx(), b.Dy()))
	switch m := img.(type) {
	case *image.Gray:
		copyRows(g, m.Pix[m.PixOffset(b.Min.X, b.Min.Y):], m.Stride)
	case *image.YCbCr:
		copyRows(g, m.Y[m.YOffset(b.Min.X, b.Min.Y):], m.YStride)
	case *image.Gray16:
		for i := range g.Pix {
			g.Pix[i] = m.Pix[m.PixOffset(b.Min.X+i%b.Dx(), b.Min.Y+i/b.Dx())]
		}
	default:
		c := rgba(img)
		for i := range g.Pix {
			p := c.Pix[4*i : 4*i+3 : 4*i+3]
			// The weights are of 16 bits and sum to 65536.
			y := 19595*uint32(p[0]) + 38470*uint32(p[1]) + 7471*uint32(p[2])
			g.Pix[i] = uint8((y + 1<<15) >> 16)
		}
	}
	return g
}

// copyRows copies rows of 8 bits into a grey picture.
func copyRows(g *image.Gray, pix []uint8, stride int) {
	for y := range g.Rect.Dy() {
		copy(g.Pix[y*g.Stride:(y+1)*g.Stride], pix[y*stride:])
	}
}
