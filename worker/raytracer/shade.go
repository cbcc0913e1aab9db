package raytracer

import (
	"context"
	"math"
)

// deepest is how often a ray is reflected or refracted at most: the original
// goes on while the depth, which begins with 0, is at most 5.
const deepest = 6

// background is what a ray sees that hits nothing.
var background = vec{0.5, 0.5, 0.5}

// A world is a scene in which rays find what they hit.
type world struct {
	*scene
	walk  *walk // through the tree; of one goroutine
	depth int   // of reflections and refractions
	ctx   context.Context
}

func newWorld(s *scene, depth int) *world {
	return &world{scene: s, walk: &walk{tree: newTree(s.things)}, depth: min(deepest, depth)}
}

// over says whether nobody waits for the picture any more.
func (w *world) over() bool { return w.ctx.Err() != nil }

// see is the colour that a ray sees, each part in [0,1].
func (w *world) see(r ray, depth int) vec {
	o, t, n := w.walk.hit(r, endless, false)
	if o == nil || w.over() {
		return background
	}
	at := r.at(t)
	f := &w.finishes[o.finish]
	inside := n.dot(r.to) > 0
	if inside {
		n = n.mul(-1)
	}
	out := w.local(r, at, n, f, w.pigments[o.pigment].at(at))
	if depth < w.depth {
		mirrored := r.to.plus(-2*n.dot(r.to), n)
		if f.reflect > 0 {
			out = out.plus(f.reflect, w.see(ray{at, mirrored}, depth+1))
		}
		if f.transmit > 0 {
			out = out.plus(f.transmit, w.see(ray{at, bent(r.to, n, mirrored, f.ior, inside)}, depth+1))
		}
	}
	return vec{clamp(out.x), clamp(out.y), clamp(out.z)}
}

// local is the light that a surface sends back by itself: Phong's model with
// the halfway vector (Blinn 1977, doi:10.1145/965141.563893).
func (w *world) local(r ray, at, n vec, f *finish, colour vec) vec {
	var out vec
	if f.ambient > 0 {
		out = colour.tint(w.lights[0].colour).mul(f.ambient)
	}
	for i := 1; i < len(w.lights); i++ {
		if i%64 == 0 && w.over() { // many lights and many shapes: minutes for one ray
			break
		}
		l := &w.lights[i]
		way := l.at.sub(at)
		d := way.len()
		to := way.unit()
		facing := n.dot(to)
		if facing <= 0 {
			continue
		}
		if other, _, _ := w.walk.hit(ray{at, to}, d, true); other != nil {
			continue
		}
		strength := 1.0
		if fades := l.a + l.b*d + l.c*d*d; fades > 0 {
			strength = 1 / fades
		}
		half := to.sub(r.to).unit()
		shine := 0.0
		if f.specular > 0 {
			shine = f.specular * math.Pow(max(0, n.dot(half)), f.shiny)
		}
		out = out.plus(strength*f.diffuse*facing, colour.tint(l.colour)).plus(strength*shine, l.colour)
	}
	return out
}

// bent is the direction of a refracted ray by Snell's law. Where all light is
// reflected it is the mirrored one.
func bent(to, n, mirrored vec, ior float64, inside bool) vec {
	if ior <= 0 {
		return to // no index of refraction: it goes straight on
	}
	eta := 1 / ior
	if inside {
		eta = ior
	}
	cos := -n.dot(to)
	k := 1 - eta*eta*(1-cos*cos)
	if k < 0 {
		return mirrored
	}
	return to.mul(eta).plus(eta*cos-math.Sqrt(k), n).unit()
}

// clamp keeps a part of a colour within [0,1]; what is no number is 0.
func clamp(x float64) float64 {
	if !(x > 0) {
		return 0
	}
	return min(x, 1)
}
