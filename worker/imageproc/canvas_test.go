package imageproc

import (
	"image"
	"image/color"
	"testing"
)

// TestCanvasOfAnyForm: each pixel is what the picture's colour model says, cut
// to 8 bits, and only pictures without colour have one channel. The fast
// conversion from CMYK may round otherwise, by a level.
func TestCanvasOfAnyForm(t *testing.T) {
	for name, img := range forms(t, 23, 14) {
		c := newCanvas(img)
		grey := name == "Gray" || name == "Gray16"
		if wantStep := map[bool]int{true: 1, false: 4}[grey]; c.step != wantStep {
			t.Errorf("%s: %d channels, want %d", name, c.step, wantStep)
		}
		opaque := img.(interface{ Opaque() bool }).Opaque()
		if wantUsed := map[bool]int{true: 3, false: 4}[opaque]; !grey && c.used != wantUsed {
			t.Errorf("%s: %d channels worked on, want %d", name, c.used, wantUsed)
		}
		for i := range c.w * c.h {
			r, g, b, a := img.At(i%c.w, i/c.w).RGBA()
			for channel, want := range []uint32{r, g, b, a}[:c.step] {
				if got := int(c.pix[i*c.step+channel]) - int(want>>8); got < -1 || got > 1 || got != 0 && name != "CMYK" && name != "NRGBA" {
					t.Fatalf("%s: channel %d of pixel %d is %d, want %d", name, channel, i, c.pix[i*c.step+channel], want>>8)
				}
			}
		}
	}
}

// TestGreyOfAnyForm: the luma of JFIF to the bit where the picture has 8 bits
// per channel, else within a level of what image/color computes from more.
func TestGreyOfAnyForm(t *testing.T) {
	for name, img := range forms(t, 23, 14) {
		g := grey(img)
		for y := range 14 {
			for x := range 23 {
				got, want, off := g.GrayAt(x, y).Y, color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y, 1
				switch m := img.(type) {
				case *image.Gray, *image.Gray16:
					off = 0
				case *image.RGBA:
					p := m.RGBAAt(x, y)
					want, _, _ = color.RGBToYCbCr(p.R, p.G, p.B)
					off = 0
				case *image.YCbCr:
					want, off = m.YCbCrAt(x, y).Y, 0
				}
				if d := int(got) - int(want); d < -off || d > off {
					t.Fatalf("%s at %d, %d: %d, want %d within %d", name, x, y, got, want, off)
				}
			}
		}
	}
}

// TestPartOfAPicture: a picture whose origin is not 0, 0 and whose rows have
// gaps is read at the right place.
func TestPartOfAPicture(t *testing.T) {
	part := image.Rect(3, 2, 12, 9)
	for name, img := range forms(t, 23, 14) {
		sub := img.(interface {
			SubImage(image.Rectangle) image.Image
		}).SubImage(part)
		all, c := newCanvas(img), newCanvas(sub)
		g := grey(sub)
		for y := range part.Dy() {
			for x := range part.Dx() {
				at, from := (y*c.w+x)*c.step, ((y+2)*all.w+x+3)*all.step
				if string(c.pix[at:at+c.step]) != string(all.pix[from:from+c.step]) {
					t.Fatalf("%s at %d, %d: %v, want %v", name, x, y, c.pix[at:at+c.step], all.pix[from:from+c.step])
				}
				if got, want := g.GrayAt(x, y), grey(img).GrayAt(x+3, y+2); got != want {
					t.Fatalf("%s at %d, %d: grey %v, want %v", name, x, y, got, want)
				}
			}
		}
	}
}
