package figure

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A key is one entry of a legend. The sample is drawn around the height of at, the middle
// of the line.
type key struct {
	label  string
	width  vg.Length                         // of the sample
	sample func(c *draw.Canvas, at vg.Point) // draws to the right of at
}

const (
	keyGap  = vg.Length(12) // between entries of the legend
	keyText = vg.Length(4)  // between a sample and its label
	// From one line of entries to the next.
	keyLine = textSize * lineSpacing * 1.15
)

// layout places the legend's entries in lines no wider than the figure: the offset of each
// from the top left of the strip, and the number of lines. Entries keep their order, and a
// line is broken where the next one would not fit; an entry that is wider than the figure
// goes over its edge.
func (s *sheet) layout() (at []vg.Point, lines int) {
	if len(s.legend) == 0 {
		return nil, 0
	}
	style := textStyle(sans(textSize), ink, draw.XLeft, draw.YCenter)
	x, line := vg.Length(0), 0
	for _, k := range s.legend {
		w := k.width + keyText + style.Width(k.label)
		if x > 0 && x+w > s.width()-2*edge {
			x, line = 0, line+1
		}
		at = append(at, vg.Point{X: x, Y: vg.Length(line) * keyLine})
		x += w + keyGap
	}
	return at, line + 1
}

// legendHeight is that of the strip, with 4 points below its last line; 0 without entries.
func (s *sheet) legendHeight() vg.Length {
	_, lines := s.layout()
	if lines == 0 {
		return 0
	}
	return vg.Length(lines)*keyLine + 4
}

// drawLegend writes it at the top of c, which is the figure without its edges.
func (s *sheet) drawLegend(c draw.Canvas) {
	style := textStyle(sans(textSize), ink, draw.XLeft, draw.YCenter)
	at, _ := s.layout()
	for i, k := range s.legend {
		// The middle of the line, counted from the top.
		p := vg.Point{X: c.Min.X + at[i].X, Y: c.Max.Y - at[i].Y - textSize/2 - 1}
		k.sample(&c, p)
		p.X += k.width + keyText
		c.FillText(style, p, k.label)
	}
}

// lineKey is a legend entry for a line.
func lineKey(label string, l draw.LineStyle) key {
	return key{label, legendSwatch, func(c *draw.Canvas, at vg.Point) {
		c.StrokeLine2(l, at.X, at.Y, at.X+legendSwatch, at.Y)
	}}
}

// markKey is a legend entry for a point. It is two and a half radii wide: some glyphs are
// wider than a circle.
func markKey(label string, g draw.GlyphStyle) key {
	return key{label, 2.5 * g.Radius, func(c *draw.Canvas, at vg.Point) {
		c.DrawGlyphNoClip(g, vg.Point{X: at.X + 1.25*g.Radius, Y: at.Y})
	}}
}

// markedKey is a legend entry for a line with marks on it.
func markedKey(label string, l draw.LineStyle, g draw.GlyphStyle) key {
	line := lineKey(label, l)
	return key{label, line.width, func(c *draw.Canvas, at vg.Point) {
		line.sample(c, at)
		c.DrawGlyphNoClip(g, vg.Point{X: at.X + legendSwatch/2, Y: at.Y})
	}}
}

// areaKey is a legend entry for a shaded area. 6 points high, as a line of text is.
func areaKey(label string) key {
	return key{label, legendSwatch, func(c *draw.Canvas, at vg.Point) {
		c.FillPolygon(shade, []vg.Point{
			{X: at.X, Y: at.Y - 3}, {X: at.X, Y: at.Y + 3},
			{X: at.X + legendSwatch, Y: at.Y + 3}, {X: at.X + legendSwatch, Y: at.Y - 3},
		})
	}}
}
