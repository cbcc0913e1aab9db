package raytracer

import (
	"context"
	"image"
	"math"
	"sync"
)

// A view is the part of a picture that is rendered.
type view struct {
	cols, rows           int // of the whole picture
	width, height        int // of the window
	left, top            int // of the window within the picture
	smooth, parallel     bool
	right, up, back, eye vec     // of the camera
	w, h                 float64 // of the screen, at a distance of 1
}

// aim places the camera. As in the original, the screen is 2·sin(fovy/2) high
// and 2·sin(fovx/2) wide with fovx = fovy·cols/rows, at a distance of 1: one sees
// a little less than fovy degrees.
func (v *view) aim(s *scene) {
	v.eye = s.eye
	v.back = s.eye.sub(s.center).unit()
	v.right = s.up.cross(v.back).unit()
	v.up = v.back.cross(v.right)
	fovy := s.fovy * math.Pi / 180
	fovx := min(fovy*float64(v.cols)/float64(v.rows), math.Pi)
	v.h, v.w = 2*math.Sin(fovy/2), 2*math.Sin(fovx/2)
}

// ray goes from the eye through a point of the picture, in columns from the
// left and rows from the bottom.
func (v *view) ray(x, y float64) ray {
	at := v.right.mul((x/float64(v.cols)-0.5)*v.w).plus((y/float64(v.rows)-0.5)*v.h, v.up).sub(v.back)
	return ray{v.eye, at.unit()}
}

// samples are where in a pixel rays go through: in the middle, or four.
var (
	one  = [][2]float64{{0.5, 0.5}}
	four = [][2]float64{{0.25, 0.25}, {0.75, 0.25}, {0.25, 0.75}, {0.75, 0.75}}
)

// threads is how many goroutines render a picture with the parameter multi.
const threads = 2

// render makes the picture, row by row, or ends soon after ctx is done. Which goroutine renders a row makes no difference to it.
func (w *world) render(ctx context.Context, v *view) (*image.RGBA, error) {
	w.ctx = ctx
	out := image.NewRGBA(image.Rect(0, 0, v.width, v.height))
	step := 1
	if v.parallel {
		step = threads
	}
	var group sync.WaitGroup
	for first := 1; first < step; first++ {
		other := *w
		other.walk = &walk{tree: w.walk.tree}
		group.Go(func() { other.rows(v, out, first, step) })
	}
	w.rows(v, out, 0, step)
	group.Wait()
	return out, context.Cause(ctx)
}

// rows renders every step-th row from the first on.
func (w *world) rows(v *view, out *image.RGBA, first, step int) {
	samples := one
	if v.smooth {
		samples = four
	}
	share := 1 / float64(len(samples))
	for row := first; row < v.height && !w.over(); row += step {
		y := float64(v.rows - 1 - (row + v.top))
		line := out.Pix[row*out.Stride:]
		for col := range v.width {
			var c vec
			for _, s := range samples {
				r := v.ray(float64(col+v.left)+s[0], y+s[1])
				c = c.plus(share, w.see(r, 0))
			}
			p := line[4*col : 4*col+4 : 4*col+4]
			p[0], p[1], p[2], p[3] = level(c.x), level(c.y), level(c.z), 255
		}
	}
}

// level is a part of a colour in 8 bits.
func level(x float64) uint8 { return uint8(min(x*255+0.5, 255)) }
