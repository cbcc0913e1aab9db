package raytracer

import "math"

// A vec is a point, a direction or a colour.
type vec struct{ x, y, z float64 }

func (a vec) add(b vec) vec             { return vec{a.x + b.x, a.y + b.y, a.z + b.z} }
func (a vec) sub(b vec) vec             { return vec{a.x - b.x, a.y - b.y, a.z - b.z} }
func (a vec) mul(s float64) vec         { return vec{a.x * s, a.y * s, a.z * s} }
func (a vec) dot(b vec) float64         { return a.x*b.x + a.y*b.y + a.z*b.z }
func (a vec) tint(b vec) vec            { return vec{a.x * b.x, a.y * b.y, a.z * b.z} }
func (a vec) plus(s float64, b vec) vec { return vec{a.x + s*b.x, a.y + s*b.y, a.z + s*b.z} }
func (a vec) len() float64              { return math.Sqrt(a.dot(a)) }
func (a vec) cross(b vec) vec {
	return vec{a.y*b.z - a.z*b.y, a.z*b.x - a.x*b.z, a.x*b.y - a.y*b.x}
}

// unit is a with length 1; zero stays zero.
func (a vec) unit() vec {
	l := a.len()
	if l == 0 {
		return a
	}
	return a.mul(1 / l)
}

// side is any unit vector at a right angle to a.
func (a vec) side() vec {
	if math.Abs(a.x) > math.Abs(a.z) {
		return vec{-a.y, a.x, 0}.unit()
	}
	return vec{0, -a.z, a.y}.unit()
}

// part is the coordinate along an axis, 0 to 2.
func (a vec) part(axis int) float64 { return [3]float64{a.x, a.y, a.z}[axis] }

func least(a, b vec) vec { return vec{min(a.x, b.x), min(a.y, b.y), min(a.z, b.z)} }
func most(a, b vec) vec  { return vec{max(a.x, b.x), max(a.y, b.y), max(a.z, b.z)} }

// A ray is origin + t · direction, the direction of length 1.
type ray struct{ from, to vec }

func (r ray) at(t float64) vec { return r.from.plus(t, r.to) }

// nudge is how far from a surface rays begin that leave it.
const nudge = 1e-3
