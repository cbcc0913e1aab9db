package raytracer

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"math"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/image/bmp"
	"pgregory.net/rapid"

	"cnv/worker/kernel"
	"cnv/worker/pictures"
	"cnv/worker/scenes"
)

// body is a request's JSON.
func body(t testing.TB, s scenes.Scene) []byte {
	t.Helper()
	in := map[string]any{"scene": s.Text}
	if s.Texture {
		file, err := pictures.File("png", pictures.Kinds()[2], 200, 120, 1)
		if err != nil {
			t.Fatal(err)
		}
		in["texmap"] = file
	}
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// query is the parameters of a window of w × h at (left, top) in a picture of
// cols × rows.
func query(cols, rows, w, h, left, top int, more ...string) url.Values {
	q := url.Values{}
	for i, name := range []string{"scols", "srows", "wcols", "wrows", "coff", "roff"} {
		q.Set(name, fmt.Sprint([]int{cols, rows, w, h, left, top}[i]))
	}
	for _, m := range more {
		name, value, _ := strings.Cut(m, "=")
		q.Set(name, value)
	}
	return q
}

// picture renders by way of a request.
func picture(t testing.TB, s scenes.Scene, q url.Values) image.Image {
	t.Helper()
	a, err := Render(context.Background(), &kernel.Request{Query: q, Body: body(t, s), Limits: kernel.Default})
	if err != nil {
		t.Fatalf("%s: %v", s.Name, err)
	}
	file, ok := bytes.CutPrefix(a.Body, []byte("data:image/bmp;base64,"))
	raw, err := base64.StdEncoding.DecodeString(string(file))
	if err != nil || !ok {
		t.Fatalf("%s: %.60q, %v", s.Name, a.Body, err)
	}
	img, err := bmp.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// samePixels compares a part of a picture that begins at (left, top) with
// another.
func samePixels(whole, part image.Image, left, top int) error {
	b := part.Bounds()
	for y := range b.Dy() {
		for x := range b.Dx() {
			if whole.At(x+left, y+top) != part.At(x, y) {
				return fmt.Errorf("pixel (%d, %d): %v, want %v", x, y, part.At(x, y), whole.At(x+left, y+top))
			}
		}
	}
	return nil
}

// dumb finds what a ray hits by asking every thing.
func dumb(things []thing, r ray, far float64) (nearest *thing, at float64, n vec) {
	at = far
	for i := range things {
		if d, nn, ok := things[i].hit(r, at); ok {
			nearest, at, n = &things[i], d, nn
		}
	}
	return nearest, at, n
}

// TestTreeFindsWhatThereIs: the tree finds the same as asking every thing.
func TestTreeFindsWhatThereIs(t *testing.T) {
	for _, text := range []scenes.Scene{scenes.Field(200, 3), scenes.All()[6], scenes.Field(1, 1)} {
		s, err := parse(text.Text, 1000)
		if err != nil {
			t.Fatal(err)
		}
		tr := &walk{tree: newTree(s.things)}
		rapid.Check(t, func(t *rapid.T) {
			part := func(name string) vec {
				f := rapid.Float64Range(-12, 12)
				return vec{f.Draw(t, name), f.Draw(t, name), f.Draw(t, name)}
			}
			r := ray{part("from"), part("to")}
			if r.to.len() < 0.1 {
				t.Skip("no direction")
			}
			r.to = r.to.unit()
			far := rapid.SampledFrom([]float64{endless, 5}).Draw(t, "far")
			o, at, n := tr.hit(r, far, false)
			d, dat, dn := dumb(s.things, r, far)
			if (o == nil) != (d == nil) || at != dat || o != nil && (n != dn || o.pigment != d.pigment) {
				t.Fatalf("the tree finds %+v at %v, asking all %+v at %v", o, at, d, dat)
			}
		})
	}
}

// TestPictureOfTheTree: a whole picture is that of asking every thing, with a
// PSNR of 50 dB at least, and in fact to the pixel.
func TestPictureOfTheTree(t *testing.T) {
	s, err := parse(scenes.Field(30, 2).Text, 1000)
	if err != nil {
		t.Fatal(err)
	}
	v := &view{cols: 80, rows: 60, width: 80, height: 60}
	v.aim(s)
	var all [2]*image.RGBA
	for i, w := range []*world{newWorld(s, deepest), {scene: s, walk: &walk{tree: &tree{endless: s.things}}, depth: deepest}} {
		if all[i], err = w.render(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	sum := 0.0
	for i := range all[0].Pix {
		d := float64(all[0].Pix[i]) - float64(all[1].Pix[i])
		sum += d * d
	}
	if psnr := 10 * math.Log10(255*255/(sum/float64(len(all[0].Pix)))); psnr < 50 {
		t.Errorf("PSNR %.1f dB, want 50 at least", psnr)
	}
	if sum != 0 {
		t.Errorf("some pixels differ: sum of squares %g", sum)
	}
}

// TestWindows: a window is a part of the whole picture, whatever it is, with
// one goroutine or two.
func TestWindows(t *testing.T) {
	s := scenes.All()[3]
	whole := picture(t, s, query(60, 40, 60, 40, 0, 0))
	rapid.Check(t, func(rt *rapid.T) {
		left, top := rapid.IntRange(0, 59).Draw(rt, "left"), rapid.IntRange(0, 39).Draw(rt, "top")
		w, h := rapid.IntRange(1, 60-left).Draw(rt, "w"), rapid.IntRange(1, 40-top).Draw(rt, "h")
		part := picture(t, s, query(60, 40, w, h, left, top, "multi="+rapid.SampledFrom([]string{"true", "false"}).Draw(rt, "multi")))
		if err := samePixels(whole, part, left, top); err != nil {
			rt.Fatalf("window %d × %d at (%d, %d): %v", w, h, left, top, err)
		}
	})
	sky, ground := whole.At(30, 0), whole.At(30, 39)
	if r, _, _, _ := sky.RGBA(); r>>8 != 128 || sky == ground {
		t.Errorf("the top is %v and the bottom %v: want the grey background above", sky, ground)
	}
}

// TestSmooth: anti-aliasing gives edges colours in between.
func TestSmooth(t *testing.T) {
	colours := func(more string) int {
		seen := map[any]bool{}
		img := picture(t, scenes.All()[2], query(60, 45, 60, 45, 0, 0, more))
		for y := range 45 {
			for x := range 60 {
				seen[img.At(x, y)] = true
			}
		}
		return len(seen)
	}
	if plain, smooth := colours("aa=false"), colours("aa=true"); smooth <= plain {
		t.Errorf("%d colours without, %d with smooth edges", plain, smooth)
	}
}

// TestRenderingEnds: a request that is given up ends within a row.
func TestRenderingEnds(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err := Render(ctx, &kernel.Request{Query: query(3000, 2000, 3000, 2000, 0, 0, "aa=true", "multi=true"), Body: body(t, scenes.Field(200, 1)), Limits: kernel.Default})
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > 5*time.Second {
		t.Errorf("after %v: %v", time.Since(began), err)
	}
}

// TestTogether: 20 requests at once, smooth or not, get the pictures they get
// alone. In the original the last request's parameters held for all.
func TestTogether(t *testing.T) {
	ask := func(i int) string {
		s := scenes.All()[i%7]
		a, err := Render(context.Background(), &kernel.Request{
			Query: query(40, 30, 40, 30, 0, 0, fmt.Sprintf("aa=%v", i%2 == 0), fmt.Sprintf("multi=%v", i%3 == 0)), Body: body(t, s), Limits: kernel.Default,
		})
		if err != nil {
			t.Error(err)
		}
		return string(a.Body)
	}
	var alone, together [20]string
	for i := range alone {
		alone[i] = ask(i)
	}
	var all sync.WaitGroup
	for i := range together {
		all.Go(func() { together[i] = ask(i) })
	}
	all.Wait()
	if alone != together {
		t.Error("some pictures differ from those of requests alone")
	}
}

// TestTextures: in base64 and as a list of bytes, Java's negative ones too.
func TestTextures(t *testing.T) {
	file, err := pictures.File("png", pictures.Kinds()[0], 8, 8, 1)
	if err != nil {
		t.Fatal(err)
	}
	var numbers []int
	for i, b := range file {
		if i%2 == 0 {
			numbers = append(numbers, int(int8(b)))
		} else {
			numbers = append(numbers, int(b))
		}
	}
	var answers []string
	for _, texmap := range []any{file, numbers} {
		text, err := json.Marshal(map[string]any{"scene_base64": []byte(scenes.All()[5].Text), "texmap": texmap})
		if err != nil {
			t.Fatal(err)
		}
		a, err := Render(t.Context(), &kernel.Request{Query: query(20, 15, 20, 15, 0, 0), Body: text, Limits: kernel.Default})
		if err != nil {
			t.Fatal(err)
		}
		answers = append(answers, string(a.Body))
	}
	if answers[0] != answers[1] {
		t.Error("the same texture in base64 and as numbers gives other pictures")
	}
}
