package figure

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"cnv/results/compare"
)

// names writes the names of policies beside their points: those on the Pareto front first,
// then the others in the declared order, each at the first place where it covers no point,
// no error bar and no other name; one that stands further off is joined to its point by a
// line. A name without any place is left to the legend.
//
// This is greedy: a name that stands is not moved for one that comes later.
func names(policies []string, points []compare.CostPoint, x, y scale) drawing {
	return func(c draw.Canvas, p *plot.Plot) {
		taken := obstacles(c, p, points, x, y)
		tx, ty := p.Transforms(&c)
		for _, i := range frontFirst(points) {
			at := vg.Point{X: tx(x.at(points[i].Cost.Mean)), Y: ty(y.at(points[i].Misses.Mean))}
			// In the colour of the mark, so that a name is known by it even where lines
			// cross.
			style := textStyle(sans(tickSize-0.5), darker(lookOf(i).color), draw.XLeft, draw.YBottom)
			for k, corner := range corners {
				style.XAlign, style.YAlign = corner.x, corner.y
				pos := at.Add(corner.offset)
				box := style.Rectangle(policies[i]).Add(pos)
				if !inside(box, c.Rectangle) || overlapsAny(box, taken) {
					continue
				}
				// Under the patch of the name.
				if k >= near {
					c.StrokeLine2(draw.LineStyle{Color: lookOf(i).color, Width: 0.4}, at.X, at.Y, pos.X, pos.Y)
				}
				fillTextClear(c, style, pos, policies[i])
				// The names that follow avoid it.
				taken = append(taken, box)
				break
			}
		}
	}
}

// corners are where a name may stand, the best place first: below and to the left of a
// point on the front no policy can be. Offsets are in points from the middle of the mark,
// which has a radius of 2.6. x and y say which end of the name is there: XRight is a name
// that ends at the place, to its left.
var corners = []struct {
	x      draw.XAlignment
	y      draw.YAlignment
	offset vg.Point
}{
	{draw.XRight, draw.YTop, vg.Point{X: -3, Y: -1.5}},
	{draw.XLeft, draw.YBottom, vg.Point{X: 3, Y: 2.5}},
	{draw.XLeft, draw.YTop, vg.Point{X: 3, Y: -1.5}},
	{draw.XRight, draw.YBottom, vg.Point{X: -3, Y: 2.5}},
	{draw.XLeft, draw.YCenter, vg.Point{X: 4.5}},
	{draw.XRight, draw.YCenter, vg.Point{X: -4.5}},
	{draw.XCenter, draw.YBottom, vg.Point{Y: 3.5}},
	{draw.XCenter, draw.YTop, vg.Point{Y: -3.5}},
	{draw.XLeft, draw.YBottom, vg.Point{X: 6, Y: 10}},
	{draw.XRight, draw.YBottom, vg.Point{X: -6, Y: 10}},
	{draw.XLeft, draw.YBottom, vg.Point{X: 9, Y: 19}},
	{draw.XRight, draw.YBottom, vg.Point{X: -9, Y: 19}},
	{draw.XLeft, draw.YTop, vg.Point{X: 6, Y: -10}},
	{draw.XRight, draw.YTop, vg.Point{X: -6, Y: -10}},
	{draw.XLeft, draw.YBottom, vg.Point{X: 14, Y: 30}},
	{draw.XRight, draw.YBottom, vg.Point{X: -14, Y: 30}},
}

// near is how many of corners are beside the point.
const near = 8

// frontFirst lists the points that can be drawn: the Pareto front, then the rest. They are
// indices; the front is by ascending cost.
func frontFirst(points []compare.CostPoint) []int {
	order := compare.Pareto(points)
	on := make([]bool, len(points))
	for _, i := range order {
		on[i] = true
	}
	for i, p := range points {
		if !on[i] && p.Drawable() {
			order = append(order, i)
		}
	}
	return order
}

// obstacles are the boxes of all points and error bars on the canvas. Bars are half a point
// thick to each side; what is outside the canvas is there too, and does no harm.
func obstacles(c draw.Canvas, p *plot.Plot, points []compare.CostPoint, x, y scale) []vg.Rectangle {
	tx, ty := p.Transforms(&c)
	var boxes []vg.Rectangle
	for _, at := range points {
		if !at.Drawable() {
			continue
		}
		cx, cy := tx(x.at(at.Cost.Mean)), ty(y.at(at.Misses.Mean))
		boxes = append(boxes, around(cx, cy, cx, cy, markRadius))
		if at.Cost.Interval() {
			boxes = append(boxes, around(tx(x.at(at.Cost.Low)), cy, tx(x.at(at.Cost.High)), cy, 0.5))
		}
		if at.Misses.Interval() {
			boxes = append(boxes, around(cx, ty(y.at(at.Misses.Low)), cx, ty(y.at(at.Misses.High)), 0.5))
		}
	}
	return boxes
}

// around is the box of two corners, in any order, with room on all sides.
func around(x0, y0, x1, y1, room vg.Length) vg.Rectangle {
	return vg.Rectangle{
		Min: vg.Point{X: min(x0, x1) - room, Y: min(y0, y1) - room},
		Max: vg.Point{X: max(x0, x1) + room, Y: max(y0, y1) + room},
	}
}

func inside(r, outer vg.Rectangle) bool {
	return r.Min.X >= outer.Min.X && r.Max.X <= outer.Max.X && r.Min.Y >= outer.Min.Y && r.Max.Y <= outer.Max.Y
}

func overlapsAny(r vg.Rectangle, others []vg.Rectangle) bool {
	for _, o := range others {
		if r.Min.X < o.Max.X && o.Min.X < r.Max.X && r.Min.Y < o.Max.Y && o.Min.Y < r.Max.Y {
			return true
		}
	}
	return false
}
