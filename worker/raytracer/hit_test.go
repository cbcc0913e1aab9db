package raytracer

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// inside tells how far a point is from the surface of a shape: 0 on it.
var inside = map[string]func(shape, vec) float64{
	"sphere": func(s shape, p vec) float64 { o := s.(*sphere); return p.sub(o.c).len() - o.r },
	"plane":  func(s shape, p vec) float64 { o := s.(*plane); return o.n.dot(p) + o.d },
	"disc": func(s shape, p vec) float64 {
		o := s.(*disc)
		return max(math.Abs(p.sub(o.c).dot(o.n)), p.sub(o.c).len()-o.r)
	},
	"triangle": patchDistance, "parallelogram": patchDistance,
	"cylinder": roundDistance, "cone": roundDistance,
	"polyhedron": func(s shape, p vec) float64 {
		most := math.Inf(-1)
		for _, f := range s.(*polyhedron).faces {
			most = max(most, f.n.dot(p)+f.d)
		}
		return most
	},
}

func patchDistance(s shape, p vec) float64 {
	o := s.(*patch)
	q := p.sub(o.a)
	uu, uv, vv, qu, qv := o.u.dot(o.u), o.u.dot(o.v), o.v.dot(o.v), q.dot(o.u), q.dot(o.v)
	det := uu*vv - uv*uv
	x, y := (vv*qu-uv*qv)/det, (uu*qv-uv*qu)/det
	out := max(-x, -y, x-1, y-1, math.Abs(q.dot(o.n)))
	if !o.square {
		out = max(out, x+y-1)
	}
	return max(out, 0)
}

func roundDistance(s shape, p vec) float64 {
	o := s.(*round)
	q := p.sub(o.a)
	z := q.dot(o.axis)
	return max(q.plus(-z, o.axis).len()-(o.r0+o.k*z), -z, z-o.h)
}

// drawn makes a shape of any size and place.
func drawn(t *rapid.T, kind string) shape {
	f := rapid.Float64Range(-3, 3)
	v := func(name string) vec { return vec{f.Draw(t, name), f.Draw(t, name), f.Draw(t, name)} }
	long := func(name string) vec {
		x := v(name)
		if x.len() < 0.3 {
			x.z++
		}
		return x
	}
	r := rapid.Float64Range(0.2, 2).Draw(t, "r")
	switch kind {
	case "sphere":
		return &sphere{v("c"), r}
	case "plane":
		return &plane{long("n").unit(), f.Draw(t, "d")}
	case "disc":
		return &disc{v("c"), long("n").unit(), r}
	case "cylinder":
		return newCylinder(v("a"), long("axis"), r)
	case "cone":
		return newCone(v("a"), long("axis"), r)
	case "polyhedron": // a box, turned
		n := long("n").unit()
		m := n.side()
		k := n.cross(m)
		out := &polyhedron{}
		for _, a := range []vec{n, m, k} {
			out.faces = append(out.faces, plane{a, -r}, plane{a.mul(-1), -r})
		}
		return out
	}
	a, b, c := v("a"), long("b"), long("c")
	if b.cross(c).len() < 0.2 {
		t.Skip("edges in one line")
	}
	return newPatch(a, a.add(b), a.add(c), kind == "parallelogram")
}

// middle is a point of a shape that is not at its edge, and its normal if it is flat.
func middle(s shape) (p, n vec) {
	switch o := s.(type) {
	case *sphere:
		return o.c, vec{}
	case *plane:
		return o.n.mul(-o.d), o.n
	case *disc:
		return o.c, o.n
	case *patch:
		return o.a.plus(0.3, o.u).plus(0.3, o.v), o.n
	case *round:
		return o.a.plus(o.h/2, o.axis), vec{}
	}
	return vec{}, vec{} // a polyhedron is drawn around 0
}

// TestHits: a ray to the middle of a shape hits it. Where any ray is said to hit a
// shape it is on its surface; the normal there has length 1 and, for solids, points
// outwards; and there is nothing of the shape before, of which points in between are
// asked.
func TestHits(t *testing.T) {
	for kind, distance := range inside {
		rapid.Check(t, func(t *rapid.T) {
			s := drawn(t, kind)
			f := rapid.Float64Range(-6, 6)
			from := vec{f.Draw(t, "x"), f.Draw(t, "y"), f.Draw(t, "z")}
			if math.Abs(distance(s, from)) < 0.05 {
				t.Skip("it begins on the surface, or where the first step may pass it")
			}
			p, n := middle(s)
			if to := p.sub(from); to.len() > 0.1 && (n == vec{} || math.Abs(to.dot(n)) > 0.01) && !judged(t, kind, s, ray{from, to.unit()}) {
				t.Fatalf("%s %+v: not hit by a ray from %v to %v in it", kind, s, from, p)
			}
			aim := vec{f.Draw(t, "x"), f.Draw(t, "y"), f.Draw(t, "z")}.mul(0.3).sub(from)
			if aim.len() < 0.1 {
				t.Skip("no direction")
			}
			judged(t, kind, s, ray{from, aim.unit()})
		})
	}
}

// judged says whether a ray hits a shape, and fails the test where that cannot be so.
func judged(t *rapid.T, kind string, s shape, r ray) bool {
	if c, ok := s.(*round); ok && c.r0 == 0 && c.a.sub(r.from).cross(r.to).len() < 1e-3 {
		t.Skip("it meets the tip of a cone, which is a point")
	}
	distance, end := inside[kind], 30.0
	outside := distance(s, r.from) > 0
	solid := kind == "sphere" || kind == "cylinder" || kind == "cone" || kind == "polyhedron"
	at, n, hit := s.hit(r, endless)
	if hit {
		end = at
		if d := distance(s, r.at(at)); math.Abs(d) > 1e-6 {
			t.Fatalf("%s %+v: hit at %v, %g off its surface", kind, s, at, d)
		}
		if math.Abs(n.len()-1) > 1e-9 {
			t.Fatalf("%s: a normal of length %v", kind, n.len())
		}
		if step := r.at(at).plus(1e-5, n); solid && distance(s, step) < 0 {
			t.Fatalf("%s: the normal %v points inwards", kind, n)
		}
		if _, _, again := s.hit(r, at*0.999); again {
			t.Fatalf("%s: also hit before %v", kind, at)
		}
	}
	for i := 1; solid && i < 40; i++ { // no surface is passed unnoticed
		d := distance(s, r.at(nudge+(end-nudge)*float64(i)/40))
		if outside && d < -1e-3 || !outside && d > 1e-3 {
			t.Fatalf("%s %+v: the ray from %v to %v passes the surface unnoticed (hit %v at %v)", kind, s, r.from, r.to, hit, at)
		}
	}
	return hit
}

// TestBoxes: what a ray hits of a shape is in its box.
func TestBoxes(t *testing.T) {
	for kind := range inside {
		if kind == "plane" || kind == "polyhedron" {
			continue // without bounds
		}
		rapid.Check(t, func(t *rapid.T) {
			s := drawn(t, kind)
			lo, hi, _ := s.box()
			f := rapid.Float64Range(-6, 6)
			r := ray{vec{f.Draw(t, "x"), f.Draw(t, "y"), f.Draw(t, "z")}, vec{f.Draw(t, "x"), f.Draw(t, "y"), f.Draw(t, "z")}}
			if r.to.len() < 0.1 {
				t.Skip("no direction")
			}
			r.to = r.to.unit()
			if at, _, ok := s.hit(r, endless); ok {
				p := r.at(at)
				if p != most(p, lo.sub(vec{1e-6, 1e-6, 1e-6})) || p != least(p, hi.add(vec{1e-6, 1e-6, 1e-6})) {
					t.Fatalf("%s %+v: hit at %v, outside of its box %v to %v", kind, s, p, lo, hi)
				}
			}
		})
	}
}

// TestRefraction: Snell's law, and all of the light is reflected beyond the
// critical angle.
func TestRefraction(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		angle, ior := rapid.Float64Range(0, 1.5).Draw(t, "angle"), rapid.Float64Range(1, 3).Draw(t, "ior")
		within := rapid.Bool().Draw(t, "inside")
		n := vec{0, 0, 1}
		to := vec{math.Sin(angle), 0, -math.Cos(angle)}
		mirrored := vec{math.Sin(angle), 0, math.Cos(angle)}
		out := bent(to, n, mirrored, ior, within)
		eta := 1 / ior
		if within {
			eta = ior
		}
		if sin := eta * math.Sin(angle); sin > 1 {
			if out != mirrored {
				t.Fatalf("beyond the critical angle: %v", out)
			}
		} else if math.Abs(out.x-sin) > 1e-9 || out.z > 0 {
			t.Fatalf("angle %v, index %v: %v, want a sine of %v", angle, ior, out, sin)
		}
	})
}
