package imageproc

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"testing"

	"golang.org/x/image/bmp"
	"pgregory.net/rapid"

	_ "cnv/internal/seeded"
	"cnv/worker/kernel"
	"cnv/worker/pictures"
)

// drawn is a picture of a kind.
func drawn(t testing.TB, kind pictures.Kind, w, h int) *image.RGBA {
	t.Helper()
	img, err := pictures.New(kind, w, h, 1)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// forms are one picture in each form that a decoder may give, by its name.
func forms(t testing.TB, w, h int) map[string]image.Image {
	t.Helper()
	full := drawn(t, pictures.Fractal, w, h)
	b := full.Bounds()
	colours := color.Palette{color.Black, color.White, color.RGBA{G: 200, A: 255}, color.NRGBA{R: 255, A: 90}}
	half := image.NewNRGBA64(b)
	ink := image.NewCMYK(b)
	luma := image.NewYCbCr(b, image.YCbCrSubsampleRatio420)
	for y := range h {
		for x := range w {
			p := full.RGBAAt(x, y)
			half.Set(x, y, color.NRGBA64{uint16(p.R) * 256, uint16(p.G) * 250, uint16(p.B) * 251, uint16(x * 65535 / w)})
			c, m, yellow, k := color.RGBToCMYK(p.R, p.G, p.B)
			ink.SetCMYK(x, y, color.CMYK{C: c, M: m, Y: yellow, K: k})
			luma.Y[luma.YOffset(x, y)], luma.Cb[luma.COffset(x, y)], luma.Cr[luma.COffset(x, y)] = color.RGBToYCbCr(p.R, p.G, p.B)
		}
	}
	out := map[string]image.Image{"RGBA": full, "NRGBA64": half, "CMYK": ink, "YCbCr": luma}
	for name, m := range map[string]draw.Image{
		"Gray": image.NewGray(b), "Gray16": image.NewGray16(b), "RGBA64": image.NewRGBA64(b),
		"NRGBA": image.NewNRGBA(b), "Paletted": image.NewPaletted(b, colours),
	} {
		draw.Draw(m, b, half, image.Point{}, draw.Src)
		out[name] = m
	}
	return out
}

// encoded is a picture in a format.
func encoded(t testing.TB, f format, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	var err error
	switch f {
	case formatJPEG:
		err = jpeg.Encode(&b, img, nil)
	case formatPNG:
		err = png.Encode(&b, img)
	default:
		err = bmp.Encode(&b, img)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// request is a request with a body and the default limits.
func request(body []byte) *kernel.Request {
	return &kernel.Request{Body: body, Limits: kernel.Default}
}

// answered is the answer of a kernel that must have one.
func answered(t testing.TB, f kernel.Func, r *kernel.Request) kernel.Answer {
	t.Helper()
	a, err := f(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// randomGrey is a grey picture of sides up to 24 with few or many greys.
func randomGrey(t *rapid.T) *image.Gray {
	g := image.NewGray(image.Rect(0, 0, rapid.IntRange(1, 24).Draw(t, "w"), rapid.IntRange(1, 24).Draw(t, "h")))
	greys := rapid.SampledFrom([][]uint8{{0, 255}, {7}, {15, 16, 17, 63, 64, 240}, nil}).Draw(t, "greys")
	for i := range g.Pix {
		if greys == nil {
			g.Pix[i] = rapid.Byte().Draw(t, "grey")
		} else {
			g.Pix[i] = rapid.SampledFrom(greys).Draw(t, "grey")
		}
	}
	return g
}

// copied is a canvas on a copy of a picture.
func copied(img *image.RGBA) *canvas {
	m := *img
	m.Pix = bytes.Clone(img.Pix)
	return newCanvas(&m)
}
