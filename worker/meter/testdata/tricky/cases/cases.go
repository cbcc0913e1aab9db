// Package cases has what is hard to meter: control flow, functions and
// methods in all forms, goroutines, and libraries.
package cases

import (
	_ "embed"
	"image"
	"image/color"
	"strings"

	"golang.org/x/image/draw"
	"golang.org/x/image/vector"
)

// All are the cases by name.
var All = map[string]func(int) int{
	"gotos": gotos, "switches": switches, "labels": labels, "ranges": ranges, "flags": flags,
	"callbacks": callbacks, "generics": generics, "panics": panics, "values": values,
	"goroutines": goroutines, "groups": groups, "selects": selects,
	"solids": solids, "asserted": asserted, "old": old, "pictures": pictures, "lines": lines,
}

//go:embed lines.txt
var text string

func lines(n int) (t int) {
	for line := range strings.Lines(text) {
		t += len(line) * n
	}
	return t
}

// pictures uses libraries, one of them partly in assembly.
func pictures(n int) int {
	src := image.NewRGBA(image.Rect(0, 0, n, n/2+1))
	for y := range n / 2 {
		for x := range n {
			src.Set(x, y, color.RGBA{uint8(x), uint8(y), 7, 255})
		}
	}
	dst := image.NewRGBA(image.Rect(0, 0, 9, 7))
	draw.CatmullRom.Scale(dst, dst.Bounds(), src, src.Bounds(), draw.Over, nil)
	z := vector.NewRasterizer(9, 7)
	z.MoveTo(1, 1)
	z.LineTo(8, 2)
	z.CubeTo(3, 3, 4, 6, 2, 5)
	z.ClosePath()
	z.Draw(dst, dst.Bounds(), image.White, image.Point{})
	t := 0
	for i, v := range dst.Pix {
		t += i * int(v)
	}
	return t
}
