package results

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A panel is one small plot of a sheet, with a title at its top left.
type panel struct {
	title string
	plot  *plot.Plot
}

// A sheet is one figure: a strip with the legend, which therefore never
// covers data, over panels in rows of cols whose axes are aligned. One column
// of panels is as wide as a column of a journal, more fill the page.
type sheet struct {
	name   string // of its files, without the ending
	cols   int
	legend []key
	panels []panel
	height vg.Length // of one row of panels
}

// A key is one entry of a legend.
type key struct {
	label  string
	sample func(c *draw.Canvas, at vg.Point) // draws in legendSwatch points to the right of at
}

// A drawing is a plot.Plotter made of a function. It draws in data
// coordinates and clips itself.
type drawing func(c draw.Canvas, p *plot.Plot)

// Plot implements plot.Plotter.
func (d drawing) Plot(c draw.Canvas, p *plot.Plot) { d(c, p) }

const (
	rowGap    = vg.Length(10) // between rows of panels
	colGap    = vg.Length(12)
	titleRoom = vg.Length(13) // over each panel
	keyGap    = vg.Length(12) // between entries of the legend
	keyText   = vg.Length(4)  // between a sample and its label
	edge      = vg.Length(4)  // around the figure
)

// size is the width and height of s.
func (s *sheet) size() (w, h vg.Length) {
	rows := vg.Length(s.rows())
	return s.width(), 2*edge + s.legendHeight() + rows*(s.height+titleRoom) + (rows-1)*rowGap
}

func (s *sheet) width() vg.Length {
	if s.cols == 1 {
		return columnWidth
	}
	return pageWidth
}

func (s *sheet) rows() int { return (len(s.panels) + s.cols - 1) / s.cols }

// draw draws s on a canvas of its size.
func (s *sheet) draw(c draw.Canvas) {
	c = draw.Crop(c, edge, -edge, edge, -edge)
	s.drawLegend(c)
	c = draw.Crop(c, 0, 0, 0, -s.legendHeight())
	grid := make([][]*plot.Plot, s.rows())
	for i := range grid {
		grid[i] = make([]*plot.Plot, s.cols)
		for j := range grid[i] {
			if k := i*s.cols + j; k < len(s.panels) {
				grid[i][j] = s.panels[k].plot
			}
		}
	}
	tiles := draw.Tiles{Rows: len(grid), Cols: s.cols, PadX: colGap, PadY: rowGap + titleRoom, PadTop: titleRoom}
	cells := plot.Align(grid, tiles, c)
	for k, p := range s.panels {
		cell := cells[k/s.cols][k%s.cols]
		p.plot.Draw(cell)
		left := p.plot.DataCanvas(cell).Min.X
		top := p.plot.DataCanvas(cell).Max.Y
		cell.FillText(textStyle(bold(titleSize), ink, draw.XLeft, draw.YBottom), vg.Point{X: left, Y: top + 3}, p.title)
	}
}

// layout places the legend's entries in lines no wider than the figure: the
// offset of each from the top left of the strip, and the number of lines.
func (s *sheet) layout() (at []vg.Point, lines int) {
	if len(s.legend) == 0 {
		return nil, 0
	}
	style := textStyle(sans(textSize), ink, draw.XLeft, draw.YCenter)
	x, line := vg.Length(0), 0
	for _, k := range s.legend {
		w := legendSwatch + keyText + style.Width(k.label)
		if x > 0 && x+w > s.width()-2*edge {
			x, line = 0, line+1
		}
		at = append(at, vg.Point{X: x, Y: vg.Length(line) * textSize * lineSpacing * 1.15})
		x += w + keyGap
	}
	return at, line + 1
}

func (s *sheet) legendHeight() vg.Length {
	_, lines := s.layout()
	if lines == 0 {
		return 0
	}
	return vg.Length(lines)*textSize*lineSpacing*1.15 + 4
}

func (s *sheet) drawLegend(c draw.Canvas) {
	style := textStyle(sans(textSize), ink, draw.XLeft, draw.YCenter)
	at, _ := s.layout()
	for i, k := range s.legend {
		p := vg.Point{X: c.Min.X + at[i].X, Y: c.Max.Y - at[i].Y - textSize/2 - 1}
		k.sample(&c, p)
		p.X += legendSwatch + keyText
		c.FillText(style, p, k.label)
	}
}

// columnsFor is how many columns suit n panels.
func columnsFor(n int) int {
	switch {
	case n <= 1:
		return 1
	case n == 2 || n == 4:
		return 2
	}
	return 3
}

// lineKey is a legend entry for a line.
func lineKey(label string, l draw.LineStyle) key {
	return key{label, func(c *draw.Canvas, at vg.Point) {
		c.StrokeLine2(l, at.X, at.Y, at.X+legendSwatch, at.Y)
	}}
}

// markKey is a legend entry for a point.
func markKey(label string, g draw.GlyphStyle) key {
	return key{label, func(c *draw.Canvas, at vg.Point) {
		c.DrawGlyphNoClip(g, vg.Point{X: at.X + legendSwatch - g.Radius*1.5, Y: at.Y})
	}}
}

// areaKey is a legend entry for a shaded area.
func areaKey(label string) key {
	return key{label, func(c *draw.Canvas, at vg.Point) {
		c.FillPolygon(shade, []vg.Point{
			{X: at.X, Y: at.Y - 3}, {X: at.X, Y: at.Y + 3},
			{X: at.X + legendSwatch, Y: at.Y + 3}, {X: at.X + legendSwatch, Y: at.Y - 3},
		})
	}}
}

// pages splits panels into sheets of at most max each and names them: name,
// or name-1, name-2, ... if there are several.
func pages(s sheet, max int) []sheet {
	if len(s.panels) <= max {
		return []sheet{s}
	}
	var out []sheet
	for i := 0; i < len(s.panels); i += max {
		page := s
		page.name = s.name + "-" + itoa(len(out)+1)
		page.panels = s.panels[i:min(i+max, len(s.panels))]
		out = append(out, page)
	}
	return out
}
