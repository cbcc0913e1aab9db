// Package kernels lists the kernels of the worker. A new kernel is a package
// of its own and one line here; its requests are then served, metered and
// recorded like all others.
package kernels

import (
	"cnv/worker/imageproc"
	"cnv/worker/kernel"
	"cnv/worker/raytracer"
	"cnv/worker/spin"
)

// All are the kernels by name, which is also the path they are served under.
// The metered build makes a second copy of this package and of all it imports.
func All() map[string]kernel.Func {
	return map[string]kernel.Func{
		"blurimage":    imageproc.Blur,
		"enhanceimage": imageproc.Enhance,
		"raytracer":    raytracer.Render,
		"sleep":        spin.Sleep,
		"spin":         spin.Spin,
	}
}
