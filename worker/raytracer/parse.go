package raytracer

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"cnv/worker/kernel"
)

// A scene is what is to be seen, and from where.
type scene struct {
	eye, center, up vec
	fovy            float64 // degrees
	lights          []light // the first is the ambient light
	pigments        []pigment
	finishes        []finish
	things          []thing
}

type light struct {
	at, colour vec
	a, b, c    float64 // attenuation 1/(a + b·d + c·d²)
}

// A finish says how a surface takes light.
type finish struct{ ambient, diffuse, specular, shiny, reflect, transmit, ior float64 }

// A parser reads words; the first that is wrong is kept as the error.
type parser struct {
	rest  string
	line  int
	what  string // what is being read
	limit int
	err   error
}

// parse reads a scene in the grammar of the original system.
func parse(text string, limit int) (*scene, error) {
	p := &parser{rest: text, line: 1, limit: limit}
	s := &scene{}
	p.what = "camera"
	s.eye, s.center, s.up, s.fovy = p.vec(), p.vec(), p.vec(), p.num()
	for i := range p.count("lights") {
		p.what = fmt.Sprintf("light %d", i)
		s.lights = append(s.lights, light{p.vec(), p.vec(), p.num(), p.num(), p.num()})
	}
	for i := range p.count("pigments") {
		p.what = fmt.Sprintf("pigment %d", i)
		s.pigments = append(s.pigments, p.pigment())
	}
	for i := range p.count("finishes") {
		p.what = fmt.Sprintf("finish %d", i)
		s.finishes = append(s.finishes, finish{p.num(), p.num(), p.num(), p.num(), p.num(), p.num(), p.num()})
	}
	for i := range p.count("shapes") {
		p.what = fmt.Sprintf("shape %d", i)
		s.things = append(s.things, p.shape(len(s.pigments), len(s.finishes))...)
		if p.err == nil && len(s.things) > limit {
			p.fail("with it there are %d surfaces, more than the limit of %d; a Bézier patch is %d", len(s.things), limit, 2*facets*facets)
		}
	}
	p.what = "camera"
	switch {
	case p.err != nil:
	case len(s.lights) == 0:
		p.fail("there is no light; light 0 is the ambient light")
	case !(s.fovy > 0 && s.fovy < 180):
		p.fail("a field of view of %v degrees: want more than 0 and less than 180", s.fovy)
	case s.center.sub(s.eye).len() < smallest || s.center.sub(s.eye).cross(s.up).len() < smallest:
		p.fail("the eye looks nowhere, or straight up")
	}
	return s, p.err
}

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = kernel.Bad("scene, line %d, %s: %s", p.line, p.what, fmt.Sprintf(format, args...))
		p.rest = ""
	}
}

// word is the next word.
func (p *parser) word() string {
	for p.rest != "" && strings.IndexByte(" \t\r\n\v\f", p.rest[0]) >= 0 {
		if p.rest[0] == '\n' {
			p.line++
		}
		p.rest = p.rest[1:]
	}
	n := strings.IndexAny(p.rest, " \t\r\n\v\f")
	if n < 0 {
		n = len(p.rest)
	}
	w := p.rest[:n]
	p.rest = p.rest[n:]
	if w == "" {
		p.fail("the scene ends too early")
	}
	return w
}

// Lengths that are computed with: further away nothing is, and nothing smaller.
const largest, smallest = 1e9, 1e-9

func (p *parser) num() float64 {
	w := p.word()
	v, err := strconv.ParseFloat(w, 64)
	if p.err == nil && (err != nil || !(math.Abs(v) <= largest)) {
		p.fail("%.40q is no number up to 1e9", w)
		return 0
	}
	return v
}

func (p *parser) vec() vec { return vec{p.num(), p.num(), p.num()} }

// index is the number of a thing that there are n of.
func (p *parser) index(what string, n int) int {
	w := p.word()
	i, err := strconv.Atoi(w)
	if p.err == nil && (err != nil || i < 0 || i >= n) {
		p.fail("%s %.40q: there are %d, from 0", what, w, n)
		return 0
	}
	return i
}

// count is how many things follow.
func (p *parser) count(what string) int {
	p.what = what
	w := p.word()
	n, err := strconv.Atoi(w)
	switch {
	case p.err != nil:
		return 0
	case err != nil || n < 0:
		p.fail("%.40q is no number of %s", w, what)
		return 0
	case n > p.limit:
		p.fail("%d, more than the limit of %d", n, p.limit)
		return 0
	}
	return n
}

// positive is a length.
func (p *parser) positive(what string) float64 {
	v := p.num()
	if p.err == nil && v < smallest {
		p.fail("a %s of %v: want %v at least", what, v, smallest)
		return 1
	}
	return v
}

// direction is a vector with a length.
func (p *parser) direction(what string) vec {
	v := p.vec()
	if p.err == nil && v.len() < smallest {
		p.fail("a %s without a direction", what)
		return vec{0, 0, 1}
	}
	return v
}

// shape reads one shape: most are one surface, a Bézier patch is many.
func (p *parser) shape(pigments, finishes int) []thing {
	pig, fin := p.index("pigment", pigments), p.index("finish", finishes)
	one := func(s shape) []thing { return []thing{{shape: s, pigment: pig, finish: fin}} }
	switch kind := p.word(); kind {
	case "sphere":
		return one(&sphere{p.vec(), p.positive("radius")})
	case "plane":
		return one(p.plane())
	case "triangle":
		return one(newPatch(p.vec(), p.vec(), p.vec(), false))
	case "parallelogram":
		return one(newPatch(p.vec(), p.vec(), p.vec(), true))
	case "disc":
		return one(&disc{p.vec(), p.direction("normal").unit(), p.positive("radius")})
	case "cylinder":
		return one(newCylinder(p.vec(), p.direction("axis"), p.positive("radius")))
	case "cone":
		return one(newCone(p.vec(), p.direction("axis"), p.positive("radius")))
	case "polyhedron":
		var faces []plane
		for range p.count("faces") {
			faces = append(faces, *p.plane())
		}
		return one(&polyhedron{faces})
	case "bezier":
		var all []thing
		for _, f := range bezier(p.points()) {
			all = append(all, thing{shape: f, pigment: pig, finish: fin})
		}
		return all
	default:
		p.fail("unknown shape %.40q: there are sphere, plane, triangle, cylinder, cone, disc, parallelogram, polyhedron, bezier", kind)
	}
	return nil
}

// points are those that pull a Bézier patch, four rows of four.
func (p *parser) points() (c [4][4]vec) {
	for i := range 16 {
		c[i/4][i%4] = p.vec()
	}
	return c
}

// plane reads a b c d, made so that (a, b, c) has length 1.
func (p *parser) plane() *plane {
	n, d := p.direction("normal"), p.num()
	l := n.len()
	return &plane{n.mul(1 / l), d / l}
}
