package imageproc

import (
	"context"
	"fmt"
	"image"
	"runtime"
	"testing"

	"github.com/disintegration/imaging"

	"cnv/worker/kernel"
	"cnv/worker/pictures"
)

// oneCore holds imaging to one core, as the kernels are.
func oneCore(b *testing.B) {
	before := runtime.GOMAXPROCS(1)
	b.Cleanup(func() { runtime.GOMAXPROCS(before) })
}

// BenchmarkBlur compares with imaging.Blur at the same sigma. Its radius is
// 3σ = 39, so that "same" is the same weights and "seed" the default.
func BenchmarkBlur(b *testing.B) {
	for _, size := range []image.Point{{960, 640}, {2048, 2048}} {
		img := drawn(b, pictures.Fractal, size.X, size.Y)
		run := func(name string, f func()) {
			b.Run(fmt.Sprintf("%s/%dx%d", name, size.X, size.Y), func(b *testing.B) {
				oneCore(b)
				b.ReportAllocs()
				for b.Loop() {
					f()
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*size.X*size.Y), "ns/px")
			})
		}
		run("imaging", func() { imaging.Blur(img, 13) })
		for name, radius := range map[string]int{"same": 39, "seed": 32} {
			run(name, func() {
				c := newCanvas(img)
				if err := blur(context.Background(), c, newGaussian(radius, 13)); err != nil {
					b.Fatal(err)
				}
			})
		}
	}
}

// BenchmarkEqualise is of the default radius; nothing in Go's libraries does
// the same.
func BenchmarkEqualise(b *testing.B) {
	for _, kind := range pictures.Kinds() {
		g := grey(drawn(b, kind, 960, 640))
		b.Run(string(kind), func(b *testing.B) {
			for b.Loop() {
				if err := equalise(context.Background(), g, 50); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*960*640), "ns/px")
		})
	}
}

// BenchmarkRequest is a whole request with its codecs.
func BenchmarkRequest(b *testing.B) {
	for name, f := range map[string]kernel.Func{"blurimage": Blur, "enhanceimage": Enhance} {
		for _, format := range []string{"jpeg", "png"} {
			body, err := pictures.File(format, pictures.Fractal, 960, 640, 1)
			if err != nil {
				b.Fatal(err)
			}
			b.Run(name+"/"+format, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := f(context.Background(), &kernel.Request{Body: body, Limits: kernel.Default}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
