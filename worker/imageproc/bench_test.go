package imageproc

import (
	"context"
	"fmt"
	"image"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/disintegration/imaging"

	"cnv/worker/kernel"
	"cnv/worker/pictures"
)

// oneCore holds imaging to one core, as the kernels are.
func oneCore(b *testing.B) {
	before := runtime.GOMAXPROCS(1)
	b.Cleanup(func() { runtime.GOMAXPROCS(before) })
}

// BenchmarkBlur reports, as imaging/ours, the time of imaging.Blur over that of
// blur at the same sigma: the median over the rounds, in each of which both are
// measured, in turn first. The radius of imaging is 3σ = 39: "same" has that
// too, "seed" the default of the kernel.
func BenchmarkBlur(b *testing.B) {
	for name, radius := range map[string]int{"same": 39, "seed": 32} {
		for _, size := range []image.Point{{960, 640}, {2048, 2048}} {
			b.Run(fmt.Sprintf("%s/%dx%d", name, size.X, size.Y), func(b *testing.B) {
				oneCore(b)
				img := drawn(b, pictures.Fractal, size.X, size.Y)
				theirs := func() { imaging.Blur(img, 13) }
				ours := func() {
					if err := blur(context.Background(), copied(img), newGaussian(radius, 13)); err != nil {
						b.Fatal(err)
					}
				}
				var ratios, spent []float64
				for i := 0; b.Loop(); i++ {
					var t, o float64
					if i%2 == 0 {
						t, o = seconds(theirs), seconds(ours)
					} else {
						o, t = seconds(ours), seconds(theirs)
					}
					ratios, spent = append(ratios, t/o), append(spent, o)
				}
				slices.Sort(ratios)
				slices.Sort(spent)
				b.ReportMetric(ratios[len(ratios)/2], "imaging/ours")
				b.ReportMetric(spent[len(spent)/2]*1e9/float64(size.X*size.Y), "ns/px")
			})
		}
	}
}

// seconds is how long f takes.
func seconds(f func()) float64 {
	start := time.Now()
	f()
	return time.Since(start).Seconds()
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
