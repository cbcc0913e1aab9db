package features

import (
	"slices"

	"cnv/policy"
)

// A Vector holds the features of one request, by index of the kernel's names;
// unused entries are 0.
type Vector = [policy.MaxFeatures]float64

// The kernels.
const (
	Raytracer = "raytracer"
	Blur      = "blurimage"
	Enhance   = "enhanceimage"
)

// A Kernel is one kind of computation.
type Kernel struct {
	Name     string
	Features []string // at most policy.MaxFeatures, in order of a Vector
	Params   []Param  // those that decide the work, in canonical order
}

// Kernels are all kernels.
var Kernels = []Kernel{
	{Raytracer, []string{"kpx", "rays", "shapes", "lights", "textured", "mirrors", "body_kb"}, []Param{
		{"scols", Integer, true}, {"srows", Integer, true}, // the whole picture, pixels
		{"wcols", Integer, true}, {"wrows", Integer, true}, // the window computed, pixels
		{"coff", Integer, true}, {"roff", Integer, true}, // its offset, pixels
		{"aa", Boolean, false},    // 4 rays per pixel instead of 1
		{"multi", Boolean, false}, // 2 threads instead of 1
	}},
	{Blur, []string{"mpx", "width", "height", "body_kb"}, nil},
	{Enhance, []string{"mpx", "width", "height", "body_kb"}, nil},
}

// Find is the kernel of a name.
func Find(name string) (Kernel, bool) {
	i := slices.IndexFunc(Kernels, func(k Kernel) bool { return k.Name == name })
	if i < 0 {
		return Kernel{}, false
	}
	return Kernels[i], true
}

// A Scene is a request to the ray tracer: what of it drives the cost, which is
// about pixels · rays · shapes · (1 + lights), more where rays go on beyond the
// first shape.
type Scene struct {
	Cols, Rows int  // of the window computed, pixels
	AA         bool // 4 rays per pixel
	Shapes     int
	Lights     int   // the ambient light included
	Textured   bool  // a pigment is a texture
	Mirrors    int   // shapes that reflect or refract
	Body       int64 // bytes of the request body
}

// Features are in the order of the kernel's names: thousands of pixels, rays
// per pixel, shapes, lights, 1 if textured, mirrors, kB of body.
func (s Scene) Features() Vector {
	rays := 1.0
	if s.AA {
		rays = 4
	}
	textured := 0.0
	if s.Textured {
		textured = 1
	}
	return Vector{float64(s.Cols) * float64(s.Rows) / 1e3, rays, float64(s.Shapes), float64(s.Lights),
		textured, float64(s.Mirrors), float64(s.Body) / 1e3}
}

// An Image is a request to blur or enhance a picture, whose cost follows its
// area, not its bytes.
type Image struct {
	Width, Height int   // pixels
	Body          int64 // bytes of the request body
}

// Features are in the order of the kernel's names: millions of pixels, width,
// height, kB of body.
func (i Image) Features() Vector {
	return Vector{float64(i.Width) * float64(i.Height) / 1e6, float64(i.Width), float64(i.Height), float64(i.Body) / 1e3}
}
