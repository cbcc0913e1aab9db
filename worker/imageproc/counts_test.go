package imageproc_test

import (
	"context"
	"testing"

	"gonum.org/v1/gonum/stat"

	"cnv/worker/imageproc"
	"cnv/worker/kernel"
	"cnv/worker/metered"
	"cnv/worker/metered/meteredtest"
	"cnv/worker/pictures"
)

// copies are the metered kernels and the plain ones beside them.
func copies(t testing.TB) map[string][2]kernel.Func {
	t.Helper()
	if !metered.Available() {
		t.Skip("a plain build counts nothing: run it with go run ./worker/meter/cmd test")
	}
	out := map[string][2]kernel.Func{"blurimage": {imageproc.Blur}, "enhanceimage": {imageproc.Enhance}}
	for name, both := range out {
		if both[1] = metered.All()[name]; both[1] == nil {
			t.Fatalf("%s is not listed in package kernels", name)
		}
		out[name] = both
	}
	return out
}

// jpegOf is a request with a JPEG.
func jpegOf(t testing.TB, kind pictures.Kind, w, h int) *kernel.Request {
	t.Helper()
	body, err := pictures.File("jpeg", kind, w, h, 1)
	if err != nil {
		t.Fatal(err)
	}
	return &kernel.Request{Body: body, Limits: kernel.Default}
}

// TestCountsGrowWithArea: over pictures of all kinds, sizes and shapes, the
// counts are linear in the area with R² of 0.99 at least, and in the perimeter
// they are not: the original counted the borders alone.
func TestCountsGrowWithArea(t *testing.T) {
	sizes := [][2]int{{200, 200}, {400, 300}, {612, 407}, {740, 493}, {512, 768}, {960, 320}, {960, 640}, {1300, 300}, {300, 1500}}
	for name, both := range copies(t) {
		var area, perimeter, instructions, blocks []float64
		for i, s := range sizes {
			r := jpegOf(t, pictures.Kinds()[i%4], s[0], s[1])
			c := metered.Measure(func() {
				if _, err := both[1](context.Background(), r); err != nil {
					t.Fatal(err)
				}
			})
			area = append(area, float64(s[0]*s[1]))
			perimeter = append(perimeter, float64(s[0]+s[1]))
			instructions = append(instructions, float64(c.Instructions))
			blocks = append(blocks, float64(c.Blocks))
		}
		if r2 := linear(area, instructions); r2 < 0.99 {
			t.Errorf("%s: instructions on area: R² = %.4f, want at least 0.99", name, r2)
		}
		if r2 := linear(area, blocks); r2 < 0.99 {
			t.Errorf("%s: blocks on area: R² = %.4f, want at least 0.99", name, r2)
		}
		if r2 := linear(perimeter, instructions); r2 > 0.9 {
			t.Errorf("%s: instructions on width + height: R² = %.4f, want less than 0.9", name, r2)
		}
	}
}

// linear is R² of y fitted by a line in x.
func linear(x, y []float64) float64 {
	a, b := stat.LinearRegression(x, y, nil, false)
	return stat.RSquared(x, y, nil, a, b)
}

// TestCountsAreExact: alone and among others, a request has the same counts
// and answer.
func TestCountsAreExact(t *testing.T) {
	for _, both := range copies(t) {
		meteredtest.Same(t, both[0], both[1], jpegOf(t, pictures.Fractal, 60, 40))
	}
}

// BenchmarkMetering is what counting costs.
func BenchmarkMetering(b *testing.B) {
	for name, both := range copies(b) {
		b.Run(name, func(b *testing.B) {
			meteredtest.Overhead(b, both[0], both[1], jpegOf(b, pictures.Fractal, 960, 640))
		})
	}
}
