package figure

import (
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A panel is one small plot of a sheet. Its title, and what must be known to read it, stand
// over its left end. An empty note takes no room.
type panel struct {
	title, note string
	plot        *plot.Plot
	tells       pointed
}

// A sheet is one figure: a strip with the legend, which therefore never covers data, over
// panels in rows of cols whose axes are aligned. One column of panels is as wide as a
// column of a journal, more fill the page.
//
// Invariant: panels are in rows from the left, Cols (at least 1) in each; only the last row
// may have fewer. A sheet without panels is no figure.
type sheet struct {
	Name   string // of its files, without the ending
	Cols   int
	legend []key
	panels []panel
	height vg.Length // of one row of panels
	wide   vg.Length // of the whole; 0: of a column or a page
	light  bool      // titles are not bold: gonum/plot's PDF has no bold fonts embedded
}

// A drawing is a plot.Plotter made of a function. It draws in data coordinates and clips
// itself. It is called each time that the figure is written, so that it must not change
// what it draws.
type drawing func(c draw.Canvas, p *plot.Plot)

// Plot implements plot.Plotter.
func (d drawing) Plot(c draw.Canvas, p *plot.Plot) { d(c, p) }

const (
	rowGap = vg.Length(10) // between rows of panels
	colGap = vg.Length(12)
	edge   = vg.Length(4) // around the figure
)

// size is the width and height of s, in points. It follows from widths of text, which are
// those of the fonts that gonum/plot has in itself: the same on every machine.
func (s *sheet) size() (w, h vg.Length) {
	rows := vg.Length(s.rows())
	return s.width(), 2*edge + s.legendHeight() + rows*(s.height+s.titleRoom()) + (rows-1)*rowGap
}

// width is that of the whole: 3.5 inches for one column of panels, else 7.
func (s *sheet) width() vg.Length {
	if s.wide > 0 {
		return s.wide
	}
	if s.Cols == 1 {
		return columnWidth
	}
	return pageWidth
}

func (s *sheet) rows() int { return (len(s.panels) + s.Cols - 1) / s.Cols }

// draw draws s on a canvas of its size.
func (s *sheet) draw(c draw.Canvas) {
	s.drawLegend(draw.Crop(c, edge, -edge, edge, -edge))
	c, tiles, cells := s.grid(c)
	for k, p := range s.panels {
		p.plot.Draw(cells[k/s.Cols][k%s.Cols])
		s.drawHeading(c, p, tiles.At(c, k%s.Cols, k/s.Cols).Min.X, p.plot.DataCanvas(cells[k/s.Cols][k%s.Cols]).Max.Y)
	}
}

// grid is where panels are on a canvas of the whole: the part of it below the legend, its
// tiles, and by row what each panel has.
func (s *sheet) grid(c draw.Canvas) (draw.Canvas, draw.Tiles, [][]draw.Canvas) {
	c = draw.Crop(c, edge, -edge, edge, -edge-s.legendHeight())
	// Row by row; places without a panel stay nil, which gonum/plot leaves empty.
	grid := make([][]*plot.Plot, s.rows())
	for i := range grid {
		grid[i] = make([]*plot.Plot, s.Cols)
		for j := range grid[i] {
			if k := i*s.Cols + j; k < len(s.panels) {
				grid[i][j] = s.panels[k].plot
			}
		}
	}
	room := s.titleRoom()
	tiles := draw.Tiles{Rows: len(grid), Cols: s.Cols, PadX: colGap, PadY: rowGap + room, PadTop: room}
	// Panels of a column have their left ends in line, those of a row their feet, whatever
	// room their labels take. nil stands for a place without a panel.
	return c, tiles, plot.Align(grid, tiles, c)
}

// columnsFor is how many columns suit n panels: three, or two where four fill two rows.
func columnsFor(n int) int {
	switch {
	case n <= 1:
		return 1
	case n == 2 || n == 4:
		return 2
	}
	return 3
}

// pages splits panels into sheets of at most max each and names them: name, or name-1,
// name-2, ... if there are several. All pages have the legend. They share what their panels
// point to.
func pages(s sheet, max int) []sheet {
	if len(s.panels) <= max {
		return []sheet{s}
	}
	var out []sheet
	for i := 0; i < len(s.panels); i += max {
		page := s
		page.Name = s.Name + "-" + strconv.Itoa(len(out)+1)
		page.panels = s.panels[i:min(i+max, len(s.panels))]
		out = append(out, page)
	}
	return out
}
