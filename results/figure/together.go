package figure

import (
	"cmp"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A curve is one policy's line in a panel, in data coordinates: runs of points, apart where
// there is no value. nil is no line; a run of fewer than two points draws nothing.
type curve [][]spot

// sameLine is how far apart lines are, in points, that are seen as one. It is about half
// the width of a line.
const sameLine = vg.Length(0.6)

// stripe is how long each colour of lines that are drawn as one is, in points.
const stripe = vg.Length(5)

// addCurves draws the curves of all policies into a panel of about the given size, whose
// ranges are set. Those that lie on each other throughout are drawn as one line striped in
// their colours; the result names them: "Same line: seed = jsq; lc = rr", or "" where all
// lines are apart. The order is that of the first policy of each.
//
// Without that, the last one drawn would hide all others, and a reader would take them for
// missing.
func addCurves(p *plot.Plot, size vg.Point, policies []string, curves []curve) string {
	groups := together(p, size, curves)
	// Solid and striped lines below, dashed ones above them.
	slices.SortStableFunc(groups, func(a, b []int) int { return cmp.Compare(dashed(a), dashed(b)) })
	for _, group := range groups {
		// The first is drawn first: its solid line is under the stripes.
		for m, i := range group {
			p.Add(stroked(curves[i], striped(i, m, len(group))))
		}
	}
	slices.SortFunc(groups, func(a, b []int) int { return cmp.Compare(a[0], b[0]) })
	var same []string
	for _, group := range groups {
		if len(group) > 1 {
			same = append(same, strings.Join(named(policies, group), " = "))
		}
	}
	if len(same) == 0 {
		return ""
	}
	return "Same line: " + strings.Join(same, "; ")
}

// dashed is 1 for a line with gaps, which is drawn on top of those without so
// that both are seen.
func dashed(group []int) int {
	if len(group) > 1 {
		return 0
	}
	return min(len(lookOf(group[0]).dash), 1)
}

// striped is the stroke of policy i, the m-th of so many that share a line: the first is
// solid, so that there are no gaps, the others are dashes over it. Of three, colours repeat
// every 15 points, 5 points each.
func striped(i, m, of int) draw.LineStyle {
	l := lookOf(i).line(dataLine)
	switch {
	case of == 1:
	case m == 0:
		l.Dashes = nil
	default:
		l.Dashes, l.DashOffs = []vg.Length{stripe, vg.Length(of-1) * stripe}, vg.Length(of-m)*stripe
	}
	return l
}

// stroked draws a curve.
func stroked(line curve, l draw.LineStyle) drawing {
	return func(c draw.Canvas, p *plot.Plot) {
		for _, run := range line {
			c.StrokeLines(l, c.ClipLinesXY(placed(c, p, run))...)
		}
	}
}

// together groups the curves that lie on the first of their group all the way, in the
// declared order. What is outside the panel does not count. Curves without a point within
// it are in no group.
//
// Both must follow each other: a curve that ends early lies on a longer one all the way,
// and is another.
func together(p *plot.Plot, size vg.Point, curves []curve) [][]int {
	c := draw.Canvas{Rectangle: vg.Rectangle{Max: size}}
	var groups [][]int
	shown := make([][][]vg.Point, len(curves))
	for i, line := range curves {
		for _, run := range line {
			shown[i] = append(shown[i], c.ClipLinesXY(placed(c, p, run))...)
		}
		if len(shown[i]) == 0 {
			continue
		}
		g := slices.IndexFunc(groups, func(g []int) bool {
			return follows(shown[i], shown[g[0]]) && follows(shown[g[0]], shown[i])
		})
		if g < 0 {
			groups = append(groups, []int{i})
		} else {
			groups[g] = append(groups[g], i)
		}
	}
	return groups
}

// follows says that every corner of a is on b. It looks on from where the corner before was
// found, so that it takes linear time for lines that agree. Else it is O(corners ×
// segments).
func follows(a, b [][]vg.Point) bool {
	var segments [][2]vg.Point
	for _, run := range b {
		for k := 1; k < len(run); k++ {
			segments = append(segments, [2]vg.Point{run[k-1], run[k]})
		}
	}
	last := 0
	for _, run := range a {
		for _, corner := range run {
			found := false
			// All of them once, beginning with the last that had a corner.
			for k := 0; k < len(segments) && !found; k++ {
				at := (last + k) % len(segments)
				if found = apart(corner, segments[at]) <= sameLine; found {
					last = at
				}
			}
			if !found {
				return false
			}
		}
	}
	return true
}

// apart is the distance of a point from a segment, in points. A segment of no length is a
// point.
func apart(p vg.Point, s [2]vg.Point) vg.Length {
	along, to := s[1].Sub(s[0]), p.Sub(s[0])
	part := vg.Length(0)
	if length := along.Dot(along); length > 0 {
		part = min(max(to.Dot(along)/length, 0), 1)
	}
	off := to.Sub(along.Scale(part))
	return vg.Length(hypot(off))
}

// named are the names of a group.
func named(policies []string, group []int) []string {
	names := make([]string, len(group))
	for k, i := range group {
		names[k] = policies[i]
	}
	return names
}
