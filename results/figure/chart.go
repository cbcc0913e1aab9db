package figure

import (
	"cmp"
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"cnv/policy/nearest"
	"cnv/results"
	"cnv/results/answer"
	"cnv/results/words"
)

// A ChartSpec says what a chart draws: one metric of the comparison against a key. X, Group
// and Panel are "policy", "workload" or a key that the experiment gives several values. The
// zero values of Group, Panel, Width and Height are the plain chart: one line in one panel
// as wide as a column. Metric is a column of comparison.csv.
type ChartSpec struct {
	Metric string
	X      string  // along the axis
	Group  string  // one line or row of marks each; "" none
	Panel  string  // one small plot each; "" none
	Width  float64 // inches of the whole; 0: of a page or a column of a journal
	Height float64 // inches of a row of panels; 0: as other figures
	Name   string  // of its files
}

// A chartCell is a value with all that it may be drawn by. Its value is scaled to the unit
// of the axis: a share is in per cent. x, group and panel are values as the experiment file
// writes them, "" where the chart does not use that role.
type chartCell struct {
	x, group, panel string
	value           words.Estimate
}

// A Chart is a figure of one metric, and its numbers.
//
// Invariant: no two cells have the same x, group and panel.
type Chart struct {
	Figure
	Spec  ChartSpec
	cells []chartCell
}

// NewChart lays a chart out. It fails where a key is unknown, or where two cells would be
// at the same place. Panels, groups and names on the axis are in order of appearance; where
// Group is "policy", each has the look that it has in other figures.
func NewChart(s *answer.Stored, spec ChartSpec) (*Chart, error) {
	q := answer.QuantityOf(spec.Metric)
	cells, err := chartCells(s, spec, q)
	if err != nil {
		return nil, err
	}
	c := &Chart{Spec: spec, cells: cells}
	panels, groups, xs := distinct(cells, func(c chartCell) string { return c.panel }), distinct(cells, func(c chartCell) string { return c.group }), distinct(cells, func(c chartCell) string { return c.x })
	c.sheet = sheet{Name: spec.Name, Cols: columnsFor(len(panels)), height: panelHeight, wide: vg.Length(spec.Width) * vg.Inch}
	if spec.Height > 0 {
		c.height = vg.Length(spec.Height) * vg.Inch
	}
	// A chart of one line needs no legend.
	if spec.Group != "" {
		for i, g := range groups {
			l := lookOf(i)
			c.legend = append(c.legend, markedKey(g, l.line(dataLine), l.mark(markRadius)))
		}
	}
	a := alongAxis(spec.X, xs)
	for _, name := range panels {
		c.panels = append(c.panels, c.panel(name, groups, q, a))
	}
	c.Caption = words.Capital(strings.TrimPrefix(q.Name, "the ")) + " against " + spec.X + ". " + words.IfElse(a.names, "Bars", "Bands") + " are 95 % intervals, each on its own; a share of 0 in all runs has none, and a value without bound is left out."
	return c, nil
}

// chartCells are the values of the metric with what each is drawn by, workload by workload.
// Every workload and policy must have a row of the metric.
func chartCells(s *answer.Stored, spec ChartSpec, q answer.Quantity) ([]chartCell, error) {
	var out []chartCell
	// By x, group and panel: "workload / policy" of the cell that is there.
	taken := map[[3]string]string{}
	at := s.Found.Index()
	for _, w := range s.Found.Workloads() {
		for _, p := range s.Found.Policies() {
			f, ok := at.Value(w, p, spec.Metric)
			if !ok {
				return nil, fmt.Errorf("cnv: no metric %q in comparison.csv%s; columns.md lists them", spec.Metric, nearest.Hint(spec.Metric, answer.Distinct(s.Found, func(f answer.Finding) string { return f.Metric })))
			}
			if results.IsShare(spec.Metric) && f.Value.Mean == 0 {
				f.Value.Low, f.Value.High = math.NaN(), math.NaN() // what so few runs cannot rule out would hide all else
			}
			c := chartCell{value: words.Estimate{Mean: q.Scale * f.Value.Mean, Low: q.Scale * f.Value.Low, High: q.Scale * f.Value.High}}
			for _, by := range []struct {
				key string
				to  *string
			}{{spec.X, &c.x}, {spec.Group, &c.group}, {spec.Panel, &c.panel}} {
				v, err := factorOf(s, by.key, w, p)
				if err != nil {
					return nil, err
				}
				*by.to = v
			}
			key := [3]string{c.x, c.group, c.panel}
			if other, known := taken[key]; known {
				return nil, fmt.Errorf("cnv: %s and %s / %s are at the same place of the chart: draw by what they differ in, with --group or --panel (workload, policy%s)", other, w, p, keysOf(s))
			}
			taken[key] = w + " / " + p
			out = append(out, c)
		}
	}
	return out, nil
}

// keysOf are the keys with several values, each with a comma before it, to go on a list:
// "workload, policy" + ", rate, boot".
func keysOf(s *answer.Stored) string {
	text := ""
	for _, f := range s.Factors {
		text += ", " + f.Key
	}
	return text
}

// factorOf is the value that a cell has of a key: the name of the policy, of the workload,
// of the workload without all keys ("base") or without one ("base but rate"), or what the
// experiment gives a key there. "" of no key. It fails where no key has the name.
func factorOf(s *answer.Stored, key, workload, policy string) (string, error) {
	switch key {
	case "":
		return "", nil
	case "policy":
		return policy, nil
	case "workload":
		return workload, nil
	case answer.BaseKey:
		return s.Base(workload, ""), nil
	}
	if of, ok := strings.CutPrefix(key, answer.BaseKey+" but "); ok {
		return s.Base(workload, of), nil
	}
	if of, ok := strings.CutPrefix(key, "policy but "); ok {
		return s.PolicyBase(policy, of), nil
	}
	for _, f := range s.Factors {
		if f.Key == key {
			return f.Of[[2]string{workload, policy}], nil
		}
	}
	return "", fmt.Errorf("cnv: nothing is called %q here; there are workload, policy%s", key, keysOf(s))
}

// distinct are the values, each once, in order of appearance.
func distinct(cells []chartCell, of func(chartCell) string) (out []string) {
	for _, c := range cells {
		if v := of(c); !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// farApart is from what ratio of the ends on an axis is logarithmic. Below that, equal
// steps stay equal on the paper.
const farApart = 20

// An axis is where the values of a key are.
//
// Invariant: at has every value of the key. Of several numbers it is the number, or its
// log10 where they are far apart; else 0, 1, 2, ... in order of appearance.
type axis struct {
	at    map[string]float64
	label string
	ticks plot.Ticker
	names bool // in no order: no line joins them, and groups stand beside each other
}

// dodge is how much of the distance between two names the groups of one take together.
const dodge = 0.7

// of is where a cell of the i-th of n groups is. On an axis of names, groups stand beside
// each other around the name, as bars would: with n = 2, at -0.175 and +0.175.
func (a *axis) of(c chartCell, i, n int) float64 {
	if !a.names {
		return a.at[c.x]
	}
	return a.at[c.x] + dodge*(float64(i)-float64(n-1)/2)/float64(n)
}

// alongAxis places the values of a key: by size where all are numbers, else beside each
// other. A single number is at 0. Ticks are at the values themselves and nowhere else:
// nothing was run in between.
func alongAxis(key string, xs []string) axis {
	at, label := map[string]float64{}, key
	numbers := true
	lo, hi := math.Inf(1), math.Inf(-1)
	for i, x := range xs {
		v, ok := words.ParseNumber(x)
		numbers = numbers && ok
		lo, hi = min(lo, v), max(hi, v)
		at[x] = float64(i)
	}
	var marks []plot.Tick
	if logarithmic := lo > 0 && hi/lo >= farApart; numbers && len(xs) > 1 {
		for _, x := range xs {
			v, _ := words.ParseNumber(x)
			if at[x] = v; logarithmic {
				at[x] = math.Log10(v)
			}
		}
		label += words.IfElse(logarithmic, " (log)", "")
	}
	for _, x := range xs {
		marks = append(marks, plot.Tick{Value: at[x], Label: x})
	}
	// Values are in order of appearance, ticks go from left to right.
	slices.SortFunc(marks, func(a, b plot.Tick) int { return words.IfElse(a.Value < b.Value, -1, 1) })
	return axis{at, label, plot.TickerFunc(func(_, _ float64) []plot.Tick { return marks }), !numbers}
}

// panel draws one small plot of the chart. The vertical axis begins at 0. An interval may
// stretch it to three times the mean at most, so that one wide interval does not flatten
// all lines; what is beyond is cut at the edge.
func (c *Chart) panel(name string, groups []string, q answer.Quantity, a axis) panel {
	p := newPlot(a.label, words.Capital(q.Head)+words.IfElse(q.Unit() == "", "", ", "+q.Unit()))
	lo, hi, top := math.Inf(1), math.Inf(-1), 0.0
	rows := make([][]placedCell, len(groups))
	var tells pointed
	for _, cell := range c.cells {
		if a.names && cell.panel == name {
			lo, hi = min(lo, a.at[cell.x]), max(hi, a.at[cell.x]) // a name without a value keeps its place
		}
		if cell.panel == name && cell.value.Finite() {
			i := slices.Index(groups, cell.group)
			rows[i] = append(rows[i], placedCell{a.of(cell, i, len(groups)), cell.value})
			tells.marks = append(tells.marks, pointedMark{spot{a.of(cell, i, len(groups)), cell.value.Mean}, strings.TrimPrefix(cell.group+", ", ", ") + c.Spec.X + " " + cell.x + ": " + toldText(cell.value, q.Before, words.IfElse(q.Unit() == "%", " %", ""))})
			lo, hi, top = min(lo, a.at[cell.x]), max(hi, a.at[cell.x]), max(top, cell.value.Mean)
			if cell.value.Interval() && !math.IsInf(cell.value.High, 0) {
				top = max(top, min(cell.value.High, 3*cell.value.Mean))
			}
		}
	}
	// No value of the panel can be drawn.
	if !(hi >= lo) {
		lo, hi = 0, 1
	}
	// Half the distance between two names, else 6 % of the range; a single number has a
	// range of 0.
	room := words.IfElse(a.names, 0.5, max(hi-lo, 1e-9)*0.06)
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = lo-room, hi+room, 0, max(top, 1e-12)*1.06
	p.X.Tick.Marker, p.Y.Tick.Marker = a.ticks, steps(5, words.Plain)
	// By the axis, not by workload: the line goes from left to right.
	for _, cells := range rows {
		slices.SortStableFunc(cells, func(a, b placedCell) int { return cmp.Compare(a.x, b.x) })
	}
	// Bands lie under all lines and lines under all marks.
	note := ""
	if !a.names {
		note = c.addLines(p, groups, rows)
	}
	for i, cells := range rows {
		p.Add(marks(cells, a.names || len(cells) == 1, lookOf(i)))
	}
	return panel{name, note, p, tells}
}

// addLines draws the bands of all groups, then their lines, and says which are the same.
//
// rows are the cells by group, in ascending order of x. The result is "" where there is one
// line, or where none lies on another.
func (c *Chart) addLines(p *plot.Plot, groups []string, rows [][]placedCell) string {
	curves := make([]curve, len(groups))
	for i, cells := range rows {
		p.Add(band(cells, lookOf(i)))
		var line []spot
		for _, cell := range cells {
			line = append(line, spot{cell.x, cell.value.Mean})
		}
		curves[i] = curve{line}
	}
	if c.Spec.Group == "" {
		return ""
	}
	return addCurves(p, c.inner(), groups, curves)
}

// A placedCell is a value and where it is along the axis.
type placedCell struct {
	x     float64
	value words.Estimate
}

// band fills the intervals of a line. It needs two cells with intervals; ends beyond the
// panel are cut. The colour is that of the line, at 16 % opacity, so that bands of several
// policies show through each other.
func band(cells []placedCell, l look) drawing {
	return func(c draw.Canvas, p *plot.Plot) {
		var upper, lower []spot
		for _, cell := range cells {
			if cell.value.Interval() {
				upper = append(upper, spot{cell.x, min(cell.value.High, p.Y.Max)})
				lower = append(lower, spot{cell.x, max(cell.value.Low, p.Y.Min)})
			}
		}
		if len(upper) < 2 {
			return
		}
		// Along the upper ends and back along the lower ones: one closed outline.
		slices.Reverse(lower)
		v := color.NRGBAModel.Convert(l.color).(color.NRGBA)
		v.A = 0x28
		c.FillPolygon(v, c.ClipPolygonXY(placed(c, p, append(upper, lower...))))
	}
}

// marks draws points, with their intervals as bars where no band has them. A line of a
// single cell has no band, so that its interval is a bar too.
func marks(cells []placedCell, bars bool, l look) drawing {
	return func(c draw.Canvas, p *plot.Plot) {
		for _, cell := range cells {
			if bars && cell.value.Interval() {
				ends := placed(c, p, []spot{{cell.x, max(cell.value.Low, p.Y.Min)}, {cell.x, min(cell.value.High, p.Y.Max)}})
				c.StrokeLines(draw.LineStyle{Color: l.color, Width: 0.8}, ends)
			}
			c.DrawGlyph(l.mark(markRadius), placed(c, p, []spot{{cell.x, cell.value.Mean}})[0])
		}
	}
}
