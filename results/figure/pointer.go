package figure

import (
	"encoding/json"
	"math"

	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"cnv/results/words"
)

// A pointed is what a page tells of a panel under the pointer: the marks, or where the plot has
// lines, their values. The zero value tells nothing.
type pointed struct {
	lines        bool    // values of its lines are read off the picture
	time         bool    // its horizontal axis may be drawn wider
	logX, logY   bool    // axes are log10 of their values
	unitX, unitY string  // behind a value
	timesY       float64 // of a value as it is written; 0: 1
	marks        []pointedMark
}

// A pointedMark is a point in data coordinates, and what is said of it.
type pointedMark struct {
	at   spot
	text string
}

// A panelData is a panel for the script of the page, lengths in units of the SVG.
type panelData struct {
	Box    [4]float64 `json:"box"` // left, top, right, bottom
	X      [2]float64 `json:"x"`   // of the axis: values at both ends
	Y      [2]float64 `json:"y"`
	LabelX string     `json:"label"`
	UnitX  string     `json:"unitX"`
	UnitY  string     `json:"unitY"`
	TimesY float64    `json:"timesY"`
	LogX   bool       `json:"logX"`
	LogY   bool       `json:"logY"`
	Lines  bool       `json:"lines"`
	Time   bool       `json:"time"`
	Marks  []markData `json:"marks"`
}

// A markData is where a mark is, and its text.
type markData struct {
	X    float64 `json:"x"`
	Y    float64 `json:"y"`
	Text string  `json:"text"`
}

// Pointed is what a page tells under the pointer, as JSON; nil: nothing. Characters that mean
// something to HTML are escaped within strings.
func (s *sheet) Pointed() ([]byte, error) {
	w, h := s.size()
	_, _, cells := s.grid(draw.New(vgsvg.New(w, h)))
	var out []panelData
	round := func(v float64) float64 { return math.Round(100*v) / 100 }
	for k, p := range s.panels {
		if !p.tells.lines && p.tells.marks == nil {
			continue
		}
		box := p.plot.DataCanvas(cells[k/s.Cols][k%s.Cols])
		t, x, y := &p.tells, &p.plot.X, &p.plot.Y
		d := panelData{
			Box: [4]float64{round(float64(box.Min.X)), round(float64(h - box.Max.Y)), round(float64(box.Max.X)), round(float64(h - box.Min.Y))},
			X:   [2]float64{x.Min, x.Max}, Y: [2]float64{y.Min, y.Max}, LabelX: x.Label.Text, UnitX: t.unitX, UnitY: t.unitY, TimesY: words.IfElse(t.timesY == 0, 1, t.timesY),
			LogX: t.logX, LogY: t.logY, Lines: t.lines, Time: t.time, Marks: []markData{},
		}
		for _, m := range t.marks {
			at := placed(box, p.plot, []spot{m.at})[0]
			if m.at.x >= x.Min && m.at.x <= x.Max && m.at.y >= y.Min && m.at.y <= y.Max {
				d.Marks = append(d.Marks, markData{round(float64(at.X)), round(float64(h - at.Y)), m.text})
			}
		}
		out = append(out, d)
	}
	if out == nil {
		return nil, nil
	}
	return json.Marshal(out)
}

// toldText is a value with its interval: "3.2 % (3.0 to 3.4)".
func toldText(e words.Estimate, before, after string) string {
	places := words.DecimalsFor(e.Mean, 3)
	return before + words.Decimal(e.Mean, places) + after + words.Bracket(e, places)
}
