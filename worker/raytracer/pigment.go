package raytracer

import (
	"bytes"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
	"math"

	"golang.org/x/image/bmp"

	"cnv/worker/kernel"
)

// A pigment is the colour of a surface at a point.
type pigment struct {
	kind   string
	a, b   vec
	scale  float64
	from   vec // of a gradient
	along  vec
	s, t   [4]float64 // of a texture: s = s0·x + s1·y + s2·z + s3
	pixels *image.RGBA
}

// pigment reads one.
func (p *parser) pigment() pigment {
	out := pigment{kind: p.word()}
	switch out.kind {
	case "solid":
		out.a = p.vec()
	case "checker":
		out.a, out.b, out.scale = p.vec(), p.vec(), p.positive("scale")
	case "gradient":
		out.from, out.along, out.a, out.b = p.vec(), p.direction("gradient"), p.vec(), p.vec()
	case "texmap":
		p.word() // the original's file name; the bytes come with the request
		for i := range 4 {
			out.s[i] = p.num()
		}
		for i := range 4 {
			out.t[i] = p.num()
		}
	default:
		p.fail("unknown pigment %.40q: there are solid, checker, gradient, texmap", out.kind)
	}
	return out
}

// at is the colour at a point.
func (p *pigment) at(x vec) vec {
	switch p.kind {
	case "checker":
		if (field(x.x/p.scale)+field(x.y/p.scale)+field(x.z/p.scale))&1 != 0 {
			return p.b
		}
	case "gradient":
		f := min(max(x.sub(p.from).dot(p.along)/p.along.dot(p.along), 0), 1)
		return p.a.mul(1-f).plus(f, p.b)
	case "texmap":
		return p.texel(p.s[0]*x.x+p.s[1]*x.y+p.s[2]*x.z+p.s[3], p.t[0]*x.x+p.t[1]*x.y+p.t[2]*x.z+p.t[3])
	}
	return p.a
}

// field is the number of a checker's field. The border belongs to the upper
// one, and so does what rounding has put just below it: a floor at 0 would be
// speckled else.
func field(x float64) int64 { return int64(math.Floor(x + 1e-6)) }

// texel is a pixel of the texture, which repeats.
func (p *pigment) texel(s, t float64) vec {
	s -= math.Floor(s)
	t -= math.Floor(t)
	b := p.pixels.Bounds()
	x, y := min(int(s*float64(b.Dx())), b.Dx()-1), min(int(t*float64(b.Dy())), b.Dy()-1)
	c := p.pixels.RGBAAt(x, y)
	return vec{float64(c.R) / 255, float64(c.G) / 255, float64(c.B) / 255}
}

// texture decodes a texture: JPEG, PNG or BMP, no larger than the limit.
func texture(file []byte, limit int64) (*image.RGBA, error) {
	config, decode := bmp.DecodeConfig, bmp.Decode
	switch {
	case bytes.HasPrefix(file, []byte("\xff\xd8\xff")):
		config, decode = jpeg.DecodeConfig, jpeg.Decode
	case bytes.HasPrefix(file, []byte("\x89PNG")):
		config, decode = png.DecodeConfig, png.Decode
	case !bytes.HasPrefix(file, []byte("BM")):
		return nil, kernel.Bad("texmap: %d bytes that are neither JPEG, PNG nor BMP", len(file))
	}
	c, err := config(bytes.NewReader(file))
	if err != nil || c.Width <= 0 || c.Height <= 0 {
		return nil, kernel.Bad("texmap: %v", err)
	}
	if int64(c.Width)*int64(c.Height) > limit {
		return nil, kernel.TooLarge("texmap: %d × %d pixels: want at most %d", c.Width, c.Height, limit)
	}
	img, err := decode(bytes.NewReader(file))
	if err != nil {
		return nil, kernel.Bad("texmap: %v", err)
	}
	out := image.NewRGBA(image.Rect(0, 0, c.Width, c.Height))
	draw.Draw(out, out.Rect, img, img.Bounds().Min, draw.Src)
	return out, nil
}
