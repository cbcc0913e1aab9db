package raytracer

import (
	"cmp"
	"math"
	"slices"
)

// A thing is a shape with its looks.
type thing struct {
	shape
	pigment, finish int
	lo, hi          vec
}

// A tree finds what a ray hits first: boxes within boxes, split where
// rays have least to look at. Shapes without bounds stand beside it.
type tree struct {
	things  []thing // those with bounds, in the order of the leaves
	endless []thing
	nodes   []node
}

// A node is a box: of two others, at its own place + 1 and at right, or of the
// things from first on.
type node struct {
	box          [2]vec // least and most corner
	right        int32  // 0: a leaf
	first, count int32
	axis         uint8 // along which it was split
}

// leaf is how many things a leaf has at most.
const leaf = 8

func newTree(all []thing) *tree {
	t := &tree{}
	for _, o := range all {
		var ok bool
		if o.lo, o.hi, ok = o.box(); ok {
			t.things = append(t.things, o)
		} else {
			t.endless = append(t.endless, o)
		}
	}
	if len(t.things) > 0 {
		t.build(0, len(t.things), 0)
	}
	return t
}

// build makes the node of things[first:end].
func (t *tree) build(first, end, depth int) {
	some := t.things[first:end]
	lo, hi := some[0].lo, some[0].hi
	for _, o := range some[1:] {
		lo, hi = least(lo, o.lo), most(hi, o.hi)
	}
	axis, middle := split(some, surface(lo, hi), depth)
	e := 1e-8 * (1 + max(math.Abs(lo.x), math.Abs(lo.y), math.Abs(lo.z), math.Abs(hi.x), math.Abs(hi.y), math.Abs(hi.z)))
	slack := vec{e, e, e} // for the sake of rounding
	at := len(t.nodes)
	t.nodes = append(t.nodes, node{
		box: [2]vec{lo.sub(slack), hi.add(slack)}, first: int32(first), count: int32(end - first), axis: uint8(axis),
	})
	if middle == 0 {
		return
	}
	t.build(first, first+middle, depth+1)
	t.nodes[at].right = int32(len(t.nodes))
	t.build(first+middle, end, depth+1)
}

// split puts things in the order of an axis and says where to part them; 0:
// they stay together. Where that is follows the surface area heuristic (Goldsmith
// and Salmon 1987, doi:10.1109/MCG.1987.276983): a ray comes through a box as
// often as its surface is large. Very many things are parted in the middle, as
// looking at all places takes long; so are those of a branch that gets long.
func split(some []thing, whole float64, depth int) (axis, middle int) {
	if len(some) < 2 {
		return 0, 0
	}
	const many, long = 20_000, 32
	if len(some) > many || depth > long && len(some) > leaf {
		axis = widest(some)
		order(some, axis)
		return axis, len(some) / 2
	}
	best := math.Inf(1)
	if len(some) <= leaf {
		best = float64(len(some)-2) * whole // two boxes more to look at cost as much as two things
	}
	right := make([]float64, len(some))
	for a := range 3 {
		order(some, a)
		lo, hi := some[len(some)-1].lo, some[len(some)-1].hi
		for i := len(some) - 1; i > 0; i-- {
			lo, hi = least(lo, some[i].lo), most(hi, some[i].hi)
			right[i] = surface(lo, hi)
		}
		lo, hi = some[0].lo, some[0].hi
		for i := 1; i < len(some); i++ {
			lo, hi = least(lo, some[i-1].lo), most(hi, some[i-1].hi)
			if cost := surface(lo, hi)*float64(i) + right[i]*float64(len(some)-i); cost < best {
				best, axis, middle = cost, a, i
			}
		}
	}
	if middle > 0 && axis != 2 { // it is in the order of the last axis
		order(some, axis)
	}
	return axis, middle
}

// order sorts things by the middles of their boxes along an axis.
func order(some []thing, axis int) {
	slices.SortStableFunc(some, func(a, b thing) int {
		return cmp.Compare(a.lo.part(axis)+a.hi.part(axis), b.lo.part(axis)+b.hi.part(axis))
	})
}

// widest is the axis along which things are spread most.
func widest(some []thing) int {
	lo, hi := some[0].lo, some[0].hi
	for _, o := range some {
		lo, hi = least(lo, o.lo), most(hi, o.hi)
	}
	size := hi.sub(lo)
	switch {
	case size.x >= size.y && size.x >= size.z:
		return 0
	case size.y >= size.z:
		return 1
	}
	return 2
}

// surface is half that of a box.
func surface(lo, hi vec) float64 {
	s := hi.sub(lo)
	return s.x*s.y + s.y*s.z + s.z*s.x
}

// A walk looks for what rays hit. It is made once per goroutine: clearing its
// stack for every ray takes as long as many boxes.
type walk struct {
	tree  *tree
	stack [64]step
}

// A step is a node that the ray passes through, from a distance on.
type step struct {
	node int32
	from float64
}

// hit is the nearest thing that a ray hits before far, or any thing if that
// will do; nil: none.
func (w *walk) hit(r ray, far float64, any bool) (nearest *thing, at float64, n vec) {
	t := w.tree
	at = far
	for i := range t.endless {
		if d, nn, ok := t.endless[i].hit(r, at); ok {
			nearest, at, n = &t.endless[i], d, nn
			if any {
				return nearest, at, n
			}
		}
	}
	p := path{from: r.from, inv: vec{inverse(r.to.x), inverse(r.to.y), inverse(r.to.z)}, back: [3]uint8{down(r.to.x), down(r.to.y), down(r.to.z)}}
	depth := w.begin(&p, at)
	for depth > 0 {
		depth--
		if w.stack[depth].from > at {
			continue
		}
		var k *node
		if k, depth = w.descend(&p, at, depth); k == nil {
			continue
		}
		for i := k.first; i < k.first+k.count; i++ {
			if d, nn, ok := t.things[i].hit(r, at); ok {
				nearest, at, n = &t.things[i], d, nn
				if any {
					return nearest, at, n
				}
			}
		}
	}
	return nearest, at, n
}

// begin puts the root on the stack, if the ray passes through it.
func (w *walk) begin(p *path, far float64) (depth int) {
	if len(w.tree.nodes) == 0 {
		return 0
	}
	from, ok := p.meets(&w.tree.nodes[0], far)
	if !ok {
		return 0
	}
	w.stack[0] = step{0, from}
	return 1
}

// descend goes from the node at the top of the stack to a leaf, by the nearer
// half of each box, and puts the other halves on the stack; nil: the ray passes
// between the boxes.
func (w *walk) descend(p *path, far float64, depth int) (*node, int) {
	nodes, at := w.tree.nodes, w.stack[depth].node
	k := &nodes[at]
	for k.right != 0 {
		near, other := at+1, k.right
		if p.back[k.axis] != 0 {
			near, other = other, near
		}
		_, nearOK := p.meets(&nodes[near], far)
		from, otherOK := p.meets(&nodes[other], far)
		switch {
		case nearOK && otherOK:
			w.stack[depth] = step{other, from}
			depth++
			at = near
		case nearOK:
			at = near
		case otherOK:
			at = other
		default:
			return nil, depth
		}
		k = &nodes[at]
	}
	return k, depth
}

// A path is a ray as boxes see it.
type path struct {
	from, inv vec      // 1/direction; never infinite, or 0 · ∞ would be no number
	back      [3]uint8 // 1 where the ray goes down an axis
}

func down(x float64) uint8 {
	if x < 0 {
		return 1
	}
	return 0
}

func inverse(x float64) float64 {
	if x == 0 {
		return 1e300
	}
	return min(max(1/x, -1e300), 1e300)
}

// meets says whether the ray passes through the box before far, and from where.
func (p *path) meets(k *node, far float64) (near float64, ok bool) {
	x, y, z := p.back[0]&1, p.back[1]&1, p.back[2]&1
	near = max((k.box[x].x-p.from.x)*p.inv.x, (k.box[y].y-p.from.y)*p.inv.y, (k.box[z].z-p.from.z)*p.inv.z, 0)
	end := min((k.box[1-x].x-p.from.x)*p.inv.x, (k.box[1-y].y-p.from.y)*p.inv.y, (k.box[1-z].z-p.from.z)*p.inv.z, far)
	return near, near <= end
}

var endless = math.Inf(1)
