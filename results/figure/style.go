package figure

import (
	"image/color"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// palette is Okabe and Ito's colours for readers who do not see all colours
// (https://jfly.uni-koeln.de/color/), black first because the first policy is the baseline.
// Their yellow is too faint for a line on paper; grey, which R adds to the same palette,
// stands in for it. (Okabe and Ito, "Color Universal Design", 2002, revised 2008.)
var palette = []color.Color{
	color.NRGBA{0x00, 0x00, 0x00, 0xff}, // black
	color.NRGBA{0xe6, 0x9f, 0x00, 0xff}, // orange
	color.NRGBA{0x00, 0x72, 0xb2, 0xff}, // blue
	color.NRGBA{0x00, 0x9e, 0x73, 0xff}, // bluish green
	color.NRGBA{0xd5, 0x5e, 0x00, 0xff}, // vermillion
	color.NRGBA{0xcc, 0x79, 0xa7, 0xff}, // reddish purple
	color.NRGBA{0x56, 0xb4, 0xe9, 0xff}, // sky blue
	color.NRGBA{0x8c, 0x8c, 0x8c, 0xff}, // grey
}

// dashes are the line patterns, in points, each a stroke, a gap, a stroke and so on; nil is
// solid.
var dashes = [][]vg.Length{
	nil,
	{5, 1.6},
	{1.4, 1.4},
	{6, 1.5, 1.2, 1.5},
	{2.8, 1.2},
	{7, 1.4, 1.2, 1.4, 1.2, 1.4},
	{9, 2.2},
}

// glyphs are the marks of points, filled and open ones. Those that have the same outline
// are far apart in the list: circle and ring, square and box, pyramid and triangle.
var glyphs = []draw.GlyphDrawer{
	draw.CircleGlyph{}, draw.SquareGlyph{}, draw.PyramidGlyph{}, diamondGlyph{},
	draw.CrossGlyph{}, draw.PlusGlyph{}, draw.BoxGlyph{}, draw.TriangleGlyph{}, draw.RingGlyph{},
}

// A look is how one policy is drawn in every figure.
type look struct {
	color color.Color
	dash  []vg.Length
	glyph draw.GlyphDrawer
}

// lookOf is the look of the policy declared as number i, from 0. Lines differ by colour and
// dash at once, so that they can be told apart in grey; 56 policies have a line of their
// own, and 72 a mark, before a look comes back.
func lookOf(i int) look {
	round := i / len(palette)
	return look{
		color: palette[i%len(palette)],
		dash:  dashes[(i+round)%len(dashes)],
		glyph: glyphs[i%len(glyphs)], // with the colour another pair for 72: 8 and 9 have no common factor
	}
}

// line is the stroke of l, in points wide.
func (l look) line(width vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: l.color, Width: width, Dashes: l.dash}
}

// mark is the glyph of l.
func (l look) mark(radius vg.Length) draw.GlyphStyle {
	return draw.GlyphStyle{Color: l.color, Radius: radius, Shape: l.glyph}
}

// Sizes and greys of figures. A figure is as wide as a page of two columns;
// text is 7 to 8 points, as journals ask for.
const (
	pageWidth    = 7 * vg.Inch
	columnWidth  = 3.5 * vg.Inch
	panelHeight  = 1.75 * vg.Inch
	maxPanels    = 12 // on one page
	dataLine     = vg.Length(1.1)
	markRadius   = vg.Length(2.6)
	titleSize    = vg.Length(8)
	textSize     = vg.Length(7.5)
	tickSize     = vg.Length(7)
	lineSpacing  = 1.25          // of the text size
	DefaultDPI   = 220           // dots per inch of PNG files: a page is 1,540 pixels wide
	legendSwatch = vg.Length(20) // width of a legend's line sample
)

var (
	ink   = color.NRGBA{0x22, 0x22, 0x22, 0xff} // axes and text
	faint = color.NRGBA{0xe4, 0xe4, 0xe4, 0xff} // grid
	shade = color.NRGBA{0xd9, 0xd9, 0xd9, 0xff} // areas
	guide = color.NRGBA{0x77, 0x77, 0x77, 0xff} // reference lines
)

// sans is the upright sans-serif font at a size in points.
func sans(size vg.Length) font.Font {
	return font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}
}

// bold is sans in a heavier weight. PDF has none (see sheet.light).
func bold(size vg.Length) font.Font {
	f := sans(size)
	f.Weight = xfont.WeightBold
	return f
}

// textStyle is text of one font and colour, hung at (x, y). x and y say which end of the
// text is at the point where it is drawn.
func textStyle(f font.Font, c color.Color, x draw.XAlignment, y draw.YAlignment) draw.TextStyle {
	return draw.TextStyle{
		Color:   c,
		Font:    f,
		XAlign:  x,
		YAlign:  y,
		Handler: plot.DefaultTextHandler,
	}
}

// darker is c for text: two thirds as bright, to be read on white. Sky blue and orange as
// they are would be too faint for thin strokes of 7 points.
func darker(c color.Color) color.Color {
	v := color.NRGBAModel.Convert(c).(color.NRGBA)
	return color.NRGBA{v.R / 3 * 2, v.G / 3 * 2, v.B / 3 * 2, v.A}
}

// fillTextClear writes text on a patch of white that lets lines behind it shine through
// faintly. The patch covers four fifths of what is behind, and not the lower half of the
// room for descenders, which few names need.
func fillTextClear(c draw.Canvas, style draw.TextStyle, at vg.Point, text string) {
	box := style.Rectangle(text).Add(at)
	box.Min.Y += style.FontExtents().Descent / 2
	c.FillPolygon(color.NRGBA{0xff, 0xff, 0xff, 0xd0}, []vg.Point{
		box.Min, {X: box.Max.X, Y: box.Min.Y}, box.Max, {X: box.Min.X, Y: box.Max.Y},
	})
	c.FillText(style, at, text)
}

// newPlot is an empty plot in the project's style: thin axes, small sans text, a faint
// grid. Axes have no range yet, and gonum/plot's ticks: callers set Min, Max and
// Tick.Marker before anything is drawn.
func newPlot(xLabel, yLabel string) *plot.Plot {
	p := plot.New()
	// Transparent: a page may have a colour of its own.
	p.BackgroundColor = nil
	styleAxis(&p.X, xLabel)
	styleAxis(&p.Y, yLabel)
	grid := plotter.NewGrid()
	// Lines go under all that is added later.
	grid.Horizontal = draw.LineStyle{Color: faint, Width: 0.4}
	grid.Vertical = grid.Horizontal
	p.Add(grid)
	return p
}

// styleAxis sets the label and the strokes of one axis. Lengths are in points.
func styleAxis(a *plot.Axis, label string) {
	a.Label.Text = label
	a.Label.TextStyle.Font = sans(textSize)
	a.Label.TextStyle.Color = ink
	a.Label.Padding = 2
	a.LineStyle = draw.LineStyle{Color: ink, Width: 0.5}
	a.Tick.LineStyle = draw.LineStyle{Color: ink, Width: 0.5}
	a.Tick.Length = 2.5
	a.Tick.Label.Font = sans(tickSize)
	a.Tick.Label.Color = ink
	a.Padding = 0
}

// A diamondGlyph is a filled square on its corner. gonum/plot has none.
type diamondGlyph struct{}

// DrawGlyph implements draw.GlyphDrawer.
func (diamondGlyph) DrawGlyph(c *draw.Canvas, s draw.GlyphStyle, at vg.Point) {
	// So that its area is about that of a circle of the radius: 2·1.25² = 3.1.
	r := s.Radius * 1.25
	c.SetLineStyle(draw.LineStyle{Color: s.Color, Width: 0.5})
	var p vg.Path
	p.Move(vg.Point{X: at.X, Y: at.Y + r})
	p.Line(vg.Point{X: at.X + r, Y: at.Y})
	p.Line(vg.Point{X: at.X, Y: at.Y - r})
	p.Line(vg.Point{X: at.X - r, Y: at.Y})
	p.Close()
	c.Fill(p)
}
