package imageproc

import (
	"bytes"
	"context"
	"image"
	"testing"

	"pgregory.net/rapid"
)

// equalised equalises a copy of a picture.
func equalised(t rapid.TB, g *image.Gray, radius int) *image.Gray {
	c := *g
	c.Pix = bytes.Clone(g.Pix)
	if err := equalise(context.Background(), &c, radius); err != nil {
		t.Fatal(err)
	}
	return &c
}

// counted is the definition, pixel by pixel.
func counted(g *image.Gray, x, y, radius int) uint8 {
	wide, high := min(2*radius+1, g.Rect.Dx()), min(2*radius+1, g.Rect.Dy())
	left := min(max(x-radius, 0), g.Rect.Dx()-wide)
	top := min(max(y-radius, 0), g.Rect.Dy()-high)
	n := 0
	for j := top; j < top+high; j++ {
		for i := left; i < left+wide; i++ {
			if g.GrayAt(i, j).Y <= g.GrayAt(x, y).Y {
				n++
			}
		}
	}
	return uint8(n * 255 / (wide * high))
}

// TestEqualiseIsTheDefinition: to the bit, on any small picture, wider or
// higher than its window or neither.
func TestEqualiseIsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := randomGrey(t)
		radius := rapid.IntRange(1, 14).Draw(t, "radius")
		got := equalised(t, g, radius)
		for y := range g.Rect.Dy() {
			for x := range g.Rect.Dx() {
				if v, want := got.GrayAt(x, y).Y, counted(g, x, y, radius); v != want {
					t.Fatalf("%v, radius %d: at %d, %d it is %d, want %d", g.Rect.Max, radius, x, y, v, want)
				}
			}
		}
	})
}

// TestEqualiseWidest: the widest window on one grey fills a 16-bit count to
// 65025 and stays right.
func TestEqualiseWidest(t *testing.T) {
	g := image.NewGray(image.Rect(0, 0, 300, 260))
	for _, v := range []uint8{0, 15, 16, 255} {
		for i := range g.Pix {
			g.Pix[i] = v
		}
		g.Pix[130*300+150] = 100
		got := equalised(t, g, maxRadius)
		for _, p := range []image.Point{{0, 0}, {150, 130}, {299, 259}, {150, 3}} {
			if v, want := got.GrayAt(p.X, p.Y).Y, counted(g, p.X, p.Y, maxRadius); v != want {
				t.Errorf("grey %d at %v: %d, want %d", g.Pix[0], p, v, want)
			}
		}
	}
}

// TestEqualiseKnowsOrderOnly: brightening a picture without reordering its
// greys changes nothing, and the lightest pixel of a window becomes white.
func TestEqualiseKnowsOrderOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := randomGrey(t)
		radius := rapid.IntRange(1, 30).Draw(t, "radius")
		darker, lightest := image.NewGray(g.Rect), 0
		for i, v := range g.Pix {
			darker.Pix[i] = v / 2
			g.Pix[i] = v / 2 * 2
			if v > g.Pix[lightest] {
				lightest = i
			}
		}
		a, b := equalised(t, g, radius), equalised(t, darker, radius)
		if !bytes.Equal(a.Pix, b.Pix) {
			t.Fatalf("%v, radius %d: %v becomes %v, half as light %v", g.Rect.Max, radius, g.Pix, a.Pix, b.Pix)
		}
		if a.Pix[lightest] != 255 {
			t.Fatalf("the lightest pixel becomes %d, want 255", a.Pix[lightest])
		}
	})
}

// TestRank: a histogram of every grey once, and of one grey many times, ranks
// each grey as counting does.
func TestRank(t *testing.T) {
	var h, many histogram
	for v := range 256 {
		h.put(uint8(v))
	}
	for range 65025 {
		many.put(77)
	}
	for v := range 256 {
		if got := h.rank(uint8(v)); got != uint32(v+1) {
			t.Errorf("rank of %d among all greys: %d, want %d", v, got, v+1)
		}
		want := uint32(0)
		if v >= 77 {
			want = 65025
		}
		if got := many.rank(uint8(v)); got != want {
			t.Errorf("rank of %d among 65025 of 77: %d, want %d", v, got, want)
		}
	}
	for v := range 256 {
		h.take(uint8(v))
	}
	if h != (histogram{}) {
		t.Errorf("all taken again leaves %v", h)
	}
}
