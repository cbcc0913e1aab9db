package figure

import (
	"cmp"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"cnv/results/words"
)

// neverRoom is the width, in points, of the strip right of the last response
// time: what never got an answer took longer than any of them.
const neverRoom = vg.Length(36)

// anyUnanswered says whether some tail ends above the lower edge of a panel. ylo is log10
// of the fraction at the lower edge.
func anyUnanswered(panels []responsePanel, ylo float64) bool {
	for _, w := range panels {
		for _, t := range w.tails {
			if seenUnanswered(t, ylo) {
				return true
			}
		}
	}
	return false
}

// seenUnanswered says whether the level is within the panel. A tail without quantiles has
// no curve, and so no level: nothing is known of the policy there.
func seenUnanswered(t tail, ylo float64) bool {
	return t.unanswered > 0 && math.Log10(t.unanswered) >= ylo && len(t.quantiles) > 0
}

// never draws the strip that begins at from: the fraction without an answer of each tail,
// as a dotted level from the end of its curve, from the left edge where it has none, with
// its value at the right. Equal values are written once, in the colour of the first. from
// is log10 of seconds, the end of the axis of times. Levels that are near each other have
// their labels apart (see spreadOut).
func never(tails []tail, from float64) drawing {
	return func(c draw.Canvas, p *plot.Plot) {
		x, y := p.Transforms(&c)
		c.StrokeLine2(draw.LineStyle{Color: faint, Width: 0.7}, x(from), c.Min.Y, x(from), c.Max.Y)
		c.FillText(textStyle(sans(tickSize-0.5), guide, draw.XRight, draw.YBottom), vg.Point{X: c.Max.X - 1, Y: c.Min.Y + 1.5}, "never")
		// From the highest to the lowest, as spreadOut needs them.
		var labels []levelLabel
		for _, i := range byUnanswered(tails) {
			if !seenUnanswered(tails[i], p.Y.Min) {
				continue
			}
			line, level := survival(tails[i]), y(math.Log10(tails[i].unanswered))
			l := draw.LineStyle{Color: lookOf(i).color, Width: dataLine * 0.8, Dashes: []vg.Length{0.8, 1.6}}
			begin := c.Min.X
			if n := len(line); n > 0 {
				begin = x(line[n-1].x)
			}
			// 6 points into the strip, to the left of the labels.
			c.StrokeLine2(l, begin, level, x(from)+6, level)
			text := words.Percent(tails[i].unanswered)
			if n := len(labels); n == 0 || labels[n-1].text != text {
				labels = append(labels, levelLabel{text, darker(lookOf(i).color), level})
			}
		}
		style := textStyle(sans(tickSize-0.5), ink, draw.XRight, draw.YCenter)
		spreadOut(labels, tickSize, c.Min.Y+1.6*tickSize, c.Max.Y-tickSize/2)
		for _, l := range labels {
			style.Color = l.color
			c.FillText(style, vg.Point{X: c.Max.X - 1, Y: l.y}, l.text)
		}
	}
}

// A levelLabel is a text at a height.
type levelLabel struct {
	text  string
	color color.Color
	y     vg.Length
}

// spreadOut moves labels, sorted from the highest to the lowest, as far as needed to be a
// step apart and between low and high. Too many to fit go below low.
//
// It goes down once, pushing each label below the one before, and then up, pushing those
// back that left the panel. O(n).
func spreadOut(labels []levelLabel, step, low, high vg.Length) {
	for i := range labels {
		labels[i].y = min(labels[i].y, high)
		if i > 0 {
			labels[i].y = min(labels[i].y, labels[i-1].y-step)
		}
	}
	floor := low
	for i := len(labels) - 1; i >= 0 && labels[i].y < floor; i-- {
		labels[i].y = min(floor, high-vg.Length(i)*step)
		floor = labels[i].y + step
	}
}

// byUnanswered lists the tails with unanswered requests, most first, ties in
// the declared order.
func byUnanswered(tails []tail) []int {
	var order []int
	for i, t := range tails {
		if t.unanswered > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int {
		return cmp.Compare(tails[j].unanswered, tails[i].unanswered)
	})
	return order
}
