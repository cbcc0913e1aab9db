package pictures

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
)

// TestGolden: the pixels of each kind are those that traces were recorded on.
func TestGolden(t *testing.T) {
	for kind, want := range map[Kind]string{
		Smooth: "bf26eed15578", Text: "e3c579771a4a", Fractal: "c1ea9a0b9199", Noise: "61a334632838",
	} {
		img, err := New(kind, 300, 200, 7)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(img.Pix)
		if got := hex.EncodeToString(sum[:6]); got != want {
			t.Errorf("%s of 300 × 200, seed 7: hash %s, want %s", kind, got, want)
		}
		if !img.Opaque() {
			t.Errorf("%s: not opaque", kind)
		}
	}
}

// TestSeedsDiffer: another seed is another picture of every kind.
func TestSeedsDiffer(t *testing.T) {
	for _, kind := range Kinds() {
		a, err := New(kind, 40, 30, 1)
		if err != nil {
			t.Fatal(err)
		}
		b, err := New(kind, 40, 30, 2)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Equal(a.Pix, b.Pix) {
			t.Errorf("%s: seeds 1 and 2 draw the same", kind)
		}
	}
}

// TestFileDecodes: both formats decode to the size asked for, and the detail
// of a kind shows in the bytes of its file: smooth < text < noise, and
// fractal between smooth and noise.
func TestFileDecodes(t *testing.T) {
	for _, format := range []string{"jpeg", "png"} {
		size := map[Kind]int{}
		for _, kind := range Kinds() {
			b, err := File(format, kind, 161, 97, 3)
			if err != nil {
				t.Fatal(err)
			}
			decode := png.DecodeConfig
			if format == "jpeg" {
				decode = jpeg.DecodeConfig
			}
			c, err := decode(bytes.NewReader(b))
			if err != nil || c.Width != 161 || c.Height != 97 {
				t.Errorf("%s %s: %d × %d, %v", kind, format, c.Width, c.Height, err)
			}
			size[kind] = len(b)
		}
		if !(size[Smooth] < size[Text] && size[Text] < size[Noise] && size[Smooth] < size[Fractal] && size[Fractal] < size[Noise]) {
			t.Errorf("%s: bytes by kind %v", format, size)
		}
	}
}

// TestRefusals: what cannot be drawn is refused with what would do.
func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		format string
		kind   Kind
		w, h   int
		want   string
	}{
		{"png", "foggy", 1, 1, `no kind "foggy": want one of [smooth text fractal noise]`},
		{"png", Noise, 0, 1, "0 × 1 pixels: want sides of 1 to 65536"},
		{"png", Noise, 1, MaxSide + 1, "1 × 65537 pixels"},
		{"gif", Noise, 1, 1, `no format "gif": want jpeg or png`},
	} {
		if _, err := File(c.format, c.kind, c.w, c.h, 1); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("File(%q, %q, %d, %d): %v, want %q", c.format, c.kind, c.w, c.h, err, c.want)
		}
	}
}

// TestSmallest: every kind draws a single pixel.
func TestSmallest(t *testing.T) {
	for _, kind := range Kinds() {
		if _, err := New(kind, 1, 1, 0); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
