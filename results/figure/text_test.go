package figure

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"

	"cnv/results/answer"
	"cnv/results/compare"
	"cnv/results/resultstest"
	"cnv/results/words"
)

// A label is a text of a picture and about the box that it covers.
type label struct {
	text string
	size float64
	box  vg.Rectangle
}

var svgText = regexp.MustCompile(`<text x="([-.\d]+)" y="([-.\d]+)" transform="scale\(1, -1\)"\s+style="[^"]*font-weight:(\w+);[^"]*font-size:([.\d]+)px[^"]*">([^<]*)</text>`)

// texts are those of a picture that are written from left to right.
func texts(t *testing.T, svg string) (out []label) {
	t.Helper()
	for _, m := range svgText.FindAllStringSubmatch(svg, -1) {
		var v [3]float64
		for i, s := range []string{m[1], m[2], m[4]} {
			var err error
			if v[i], err = strconv.ParseFloat(s, 64); err != nil {
				t.Fatal(err)
			}
		}
		font := sans(vg.Length(v[2]))
		if m[3] == "bold" {
			font = bold(vg.Length(v[2]))
		}
		x, y, size := vg.Length(v[0]), vg.Length(-v[1]), vg.Length(v[2])
		width := textStyle(font, ink, 0, 0).Width(m[5])
		// Letters of Liberation Sans are 0.73 of the size high and hang 0.21 below.
		out = append(out, label{m[5], v[2], vg.Rectangle{Min: vg.Point{X: x, Y: y - size*0.21}, Max: vg.Point{X: x + width, Y: y + size*0.73}}})
	}
	return out
}

// TestHeadingsStandFree: in every figure no title and no note of a panel is
// written over another text, such as the label of the uppermost tick.
func TestHeadingsStandFree(t *testing.T) {
	dir := resultstest.Copy(t)
	s, err := answer.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := All(s)
	all = append(all, Figure{sheet: loadFigure([]string{"a", "b"}, []loadPanel{loadSeen("gypsy"), loadSeen("jumpy")})})
	headings := 0
	for _, f := range all {
		svg, err := f.SVG()
		if err != nil {
			t.Fatal(err)
		}
		found := texts(t, string(svg))
		for _, a := range found {
			if a.size != float64(titleSize) && !strings.HasPrefix(a.text, "Same line") {
				continue
			}
			headings++
			for _, b := range found {
				if a != b && overlapsAny(a.box, []vg.Rectangle{b.box}) {
					t.Errorf("%s: %q is written over %q", f.Name, a.text, b.text)
				}
			}
		}
	}
	if headings < 10 {
		t.Errorf("looked at %d headings in %d figures", headings, len(all))
	}
}

// loadSeen is a panel of two policies whose uppermost tick is at the upper end.
func loadSeen(name string) loadPanel {
	return loadPanel{name, []compare.LoadCurve{
		{Workload: name, Policy: "a", PerSecond: []float64{1, 2, 4}, Points: []compare.LoadPoint{{Load: 1, Miss: 0, P99: 1, Cost: 2, N: 3}, {Load: 2, Miss: 0, P99: 2, Cost: 2, N: 3}, {Load: 4, Miss: 0, P99: 7.9, Cost: 2, N: 3}}},
		{Workload: name, Policy: "b", PerSecond: []float64{1, 2, 4}, Points: []compare.LoadPoint{{Load: 1, Miss: 0, P99: 1, Cost: 2, N: 3}, {Load: 2, Miss: 0, P99: math.Inf(1), Cost: 2, N: 3}, {Load: 4, Miss: 0, P99: 3, Cost: 2, N: 3}}},
	}, []words.Estimate{{Mean: 2, Low: 1.5, High: 3}, {Mean: 0, Low: math.NaN(), High: math.NaN()}}, 2}
}

// TestHighestLoadHasABar: the mark of a highest load has its interval, within
// the panel, and a curve is apart where the percentile is infinite.
func TestHighestLoadHasABar(t *testing.T) {
	p := loadSeen("w")
	p.highest[0].High = 8 // above all loads that were tried
	curves, r := logCurves(p)
	if len(curves[0]) != 1 || len(curves[1]) != 0 {
		t.Errorf("runs %v: want one of a, and none of b, whose points have an infinite one between them", curves)
	}
	if math.Abs(r.xhi-math.Log10(8)) > 1e-9 || r.xlo != 0 {
		t.Errorf("the range %+v has not all of the bar", r)
	}
	with := loadFigure([]string{"a", "b"}, []loadPanel{p})
	p.highest[0].Low, p.highest[0].High = math.NaN(), math.NaN()
	without := loadFigure([]string{"a", "b"}, []loadPanel{p})
	const bar = "stroke-width:0.8"
	for want, s := range map[int]sheet{3: with, 0: without} { // a bar has two ends
		svg, err := s.SVG()
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(svg), bar); n != want {
			t.Errorf("%d strokes of error bars, want %d", n, want)
		}
	}
}
