package figure

import (
	"math"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	titleLine = titleSize * lineSpacing
	noteLine  = tickSize * 1.15
	// titleGap is between the text and the panel under it: the label of a tick at
	// the upper end stands half above the panel, and letters hang below their line.
	titleGap = tickSize/2 + titleSize/4 + 1
)

// titleStyle is bold, but in PDF (see light).
func (s *sheet) titleStyle() draw.TextStyle {
	f := bold(titleSize)
	if s.light {
		f = sans(titleSize)
	}
	return textStyle(f, ink, draw.XLeft, draw.YBottom)
}

func noteStyle() draw.TextStyle {
	return textStyle(sans(tickSize-0.5), guide, draw.XLeft, draw.YBottom)
}

// heading is the title and the note of a panel in lines no wider than it.
func (s *sheet) heading(p panel) (title, note []string) {
	return wrapped(p.title, s.titleStyle(), s.panelWidth()), wrapped(p.note, noteStyle(), s.panelWidth())
}

// titleRoom is the height over each panel for the highest of their headings. It is the same
// over all panels, so that rows stay aligned.
func (s *sheet) titleRoom() vg.Length {
	room := vg.Length(0)
	for _, p := range s.panels {
		title, note := s.heading(p)
		room = max(room, vg.Length(len(title))*titleLine+vg.Length(len(note))*noteLine)
	}
	return room + titleGap
}

// panelWidth is that of a panel with its labels.
func (s *sheet) panelWidth() vg.Length {
	return (s.width() - 2*edge - vg.Length(s.Cols-1)*colGap) / vg.Length(s.Cols)
}

// tickRoom is about what the labels of an axis take, left of a panel or below.
const tickRoom = vg.Length(40)

// inner is about the size of a panel without its labels. Curves are taken as one where they
// are that near to each other on paper, so that an estimate will do: the true size is known
// only while the figure is drawn.
func (s *sheet) inner() vg.Point {
	return vg.Point{X: s.panelWidth() - tickRoom, Y: s.height - tickRoom*0.7}
}

// drawHeading writes the heading of a panel whose text begins at left, over top: from the
// lowest line of the note upwards, as headings stand on their panels.
func (s *sheet) drawHeading(c draw.Canvas, p panel, left, top vg.Length) {
	title, note := s.heading(p)
	at := vg.Point{X: left, Y: top + titleGap}
	for i := len(note) - 1; i >= 0; i-- {
		c.FillText(noteStyle(), at, note[i])
		// Note and title are written from below, so that headings of any height stand on
		// their panels.
		at.Y += noteLine
	}
	for i := len(title) - 1; i >= 0; i-- {
		c.FillText(s.titleStyle(), at, title[i])
		at.Y += titleLine
	}
}

// wrapped breaks text at spaces into lines of at most a width; a longer word has a line of
// its own. Runs of spaces become one; no text has no lines.
func wrapped(text string, style draw.TextStyle, width vg.Length) []string {
	var lines []string
	for _, word := range strings.Fields(text) {
		if n := len(lines) - 1; n >= 0 && style.Width(lines[n]+" "+word) <= width {
			lines[n] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}

// hypot is the length of v.
func hypot(v vg.Point) float64 { return math.Hypot(float64(v.X), float64(v.Y)) }
