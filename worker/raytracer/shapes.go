package raytracer

import "math"

// A shape is hit by rays. hit returns the nearest t in (nudge, far) and the
// outward normal there, of length 1. box encloses it; ok is false for shapes
// without bounds.
type shape interface {
	hit(r ray, far float64) (t float64, n vec, ok bool)
	box() (lo, hi vec, ok bool)
}

type sphere struct {
	c vec
	r float64
}

func (s *sphere) hit(r ray, far float64) (float64, vec, bool) {
	oc := r.from.sub(s.c)
	b := oc.dot(r.to)
	d := b*b - oc.dot(oc) + s.r*s.r
	if d < 0 {
		return 0, vec{}, false
	}
	root := math.Sqrt(d)
	t := -b - root
	if t <= nudge {
		t = -b + root
	}
	if t <= nudge || t >= far {
		return 0, vec{}, false
	}
	return t, r.at(t).sub(s.c).mul(1 / s.r), true
}

func (s *sphere) box() (lo, hi vec, ok bool) {
	r := vec{s.r, s.r, s.r}
	return s.c.sub(r), s.c.add(r), true
}

// A plane is n·p + d = 0.
type plane struct {
	n vec
	d float64
}

func (p *plane) hit(r ray, far float64) (float64, vec, bool) {
	slope := p.n.dot(r.to)
	if slope == 0 {
		return 0, vec{}, false
	}
	t := -(p.n.dot(r.from) + p.d) / slope
	return t, p.n, t > nudge && t < far
}

func (p *plane) box() (lo, hi vec, ok bool) { return vec{}, vec{}, false }

// A patch is a triangle, or a parallelogram, with a corner and two edges
// (Möller and Trumbore 1997, doi:10.1080/10867651.1997.10487468).
type patch struct {
	a, u, v, n vec
	square     bool
}

func newPatch(a, b, c vec, square bool) *patch {
	u, v := b.sub(a), c.sub(a)
	return &patch{a, u, v, u.cross(v).unit(), square}
}

func (p *patch) hit(r ray, far float64) (float64, vec, bool) {
	t, _, _, ok := p.meet(r, far)
	return t, p.n, ok
}

// meet also says where on the patch: at a + x·u + y·v.
func (p *patch) meet(r ray, far float64) (t, x, y float64, ok bool) {
	q := r.to.cross(p.v)
	det := p.u.dot(q)
	if math.Abs(det) < 1e-12 {
		return 0, 0, 0, false
	}
	s := r.from.sub(p.a)
	x = s.dot(q) / det
	w := s.cross(p.u)
	y = r.to.dot(w) / det
	if x < 0 || y < 0 || x > 1 || y > 1 || !p.square && x+y > 1 {
		return 0, 0, 0, false
	}
	t = p.v.dot(w) / det
	return t, x, y, t > nudge && t < far
}

func (p *patch) box() (lo, hi vec, ok bool) {
	lo, hi = p.a, p.a
	corners := [3]vec{p.a.add(p.u), p.a.add(p.v), p.a.add(p.u).add(p.v)}
	n := 2
	if p.square {
		n = 3
	}
	for _, c := range corners[:n] {
		lo, hi = least(lo, c), most(hi, c)
	}
	return lo, hi, true
}

type disc struct {
	c, n vec
	r    float64
}

func (d *disc) hit(r ray, far float64) (float64, vec, bool) {
	slope := d.n.dot(r.to)
	if slope == 0 {
		return 0, vec{}, false
	}
	t := d.c.sub(r.from).dot(d.n) / slope
	if t <= nudge || t >= far {
		return 0, vec{}, false
	}
	p := r.at(t).sub(d.c)
	return t, d.n, p.dot(p) <= d.r*d.r
}

func (d *disc) box() (lo, hi vec, ok bool) {
	// The reach along an axis is r · sin of the angle to the normal.
	e := vec{reach(d.n.x), reach(d.n.y), reach(d.n.z)}.mul(d.r)
	return d.c.sub(e), d.c.add(e), true
}

func reach(cos float64) float64 { return math.Sqrt(max(0, 1-cos*cos)) }

// A round is a cylinder or a cone with its ends: from a, along the axis of
// length h, with radius r0 + k·(distance along the axis).
type round struct {
	a, axis  vec
	h, r0, k float64
	ends     [2]*disc // nil: a point
}

// newCylinder goes from a to a + axis, newCone from its apex to the middle of
// its base.
func newCylinder(a, axis vec, r float64) *round {
	n := axis.unit()
	return &round{a, n, axis.len(), r, 0, [2]*disc{{a, n.mul(-1), r}, {a.add(axis), n, r}}}
}

func newCone(apex, axis vec, r float64) *round {
	n := axis.unit()
	return &round{apex, n, axis.len(), 0, r / axis.len(), [2]*disc{nil, {apex.add(axis), n, r}}}
}

func (c *round) hit(r ray, far float64) (t float64, n vec, ok bool) {
	for _, end := range c.ends {
		if end == nil {
			continue
		}
		if te, ne, hit := end.hit(r, far); hit {
			t, n, ok, far = te, ne, true, te
		}
	}
	o := r.from.sub(c.a)
	oz, dz := o.dot(c.axis), r.to.dot(c.axis)
	op, dp := o.plus(-oz, c.axis), r.to.plus(-dz, c.axis)
	rad := c.r0 + c.k*oz
	qa := dp.dot(dp) - c.k*c.k*dz*dz
	qb := op.dot(dp) - c.k*dz*rad
	qc := op.dot(op) - rad*rad
	slack := 1e-9 * c.h // or rays would pass between the side and an end
	for _, ts := range roots(qa, qb, qc) {
		z := oz + ts*dz
		if !(ts > nudge && ts < far && z >= -slack && z <= c.h+slack && c.r0+c.k*z >= 0) { // NaN is no hit
			continue
		}
		side := op.plus(ts, dp)
		return ts, side.unit().plus(-c.k, c.axis).unit(), true
	}
	return t, n, ok
}

// roots are the solutions of a·t² + 2b·t + c = 0, the lesser first; NaN where
// there is none.
func roots(a, b, c float64) [2]float64 {
	nan := math.NaN()
	if math.Abs(a) < 1e-14 {
		if b == 0 {
			return [2]float64{nan, nan}
		}
		return [2]float64{-c / (2 * b), nan}
	}
	d := b*b - a*c
	if d < 0 {
		return [2]float64{nan, nan}
	}
	root := math.Sqrt(d)
	x, y := (-b-root)/a, (-b+root)/a
	return [2]float64{min(x, y), max(x, y)}
}

func (c *round) box() (lo, hi vec, ok bool) {
	lo, hi = c.a, c.a
	for _, end := range c.ends {
		if end != nil {
			l, h, _ := end.box()
			lo, hi = least(lo, l), most(hi, h)
		}
	}
	return lo, hi, true
}

// A polyhedron is what is below all its faces: n·p + d <= 0. Whether that has
// bounds is not looked into, so every ray is tested against it.
type polyhedron struct{ faces []plane }

func (p *polyhedron) hit(r ray, far float64) (float64, vec, bool) {
	in, out := math.Inf(-1), math.Inf(1)
	var nin, nout vec
	for i := range p.faces {
		f := &p.faces[i]
		slope, above := f.n.dot(r.to), f.n.dot(r.from)+f.d
		if slope == 0 {
			if above > 0 {
				return 0, vec{}, false
			}
			continue
		}
		t := -above / slope
		if slope < 0 && t > in {
			in, nin = t, f.n
		}
		if slope > 0 && t < out {
			out, nout = t, f.n
		}
	}
	switch {
	case in > out:
	case in > nudge && in < far:
		return in, nin, true
	case in <= nudge && out > nudge && out < far:
		return out, nout, true
	}
	return 0, vec{}, false
}

func (p *polyhedron) box() (lo, hi vec, ok bool) { return vec{}, vec{}, false }
