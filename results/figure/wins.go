package figure

import (
	"image/color"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"cnv/results/answer"
	"cnv/results/stat"
	"cnv/results/words"
)

// A winsPanel is one primary metric on one workload: how often the policy of a row was
// better than that of a column, pair by pair, in the declared order.
//
// Invariant: cells is square, with a row and a column for each policy; the diagonal is
// empty.
type winsPanel struct {
	workload, metric string
	over             string       // what pairs differ in, and how many there are
	cells            [][]winsCell // by row, column
}

// A winsCell is the pairs of two policies; n 0: they were not compared. Ties are n - wins -
// losses.
type winsCell struct{ n, wins, losses int }

// winsPanels are the panels of all primary metrics, workload by workload, where there
// is more than one pair to count and more than one policy.
func winsPanels(s *answer.Stored) []winsPanel {
	policies := s.Found.Policies()
	if len(policies) < 2 {
		return nil
	}
	var metrics []string
	for _, w := range s.Wins {
		if !slices.Contains(metrics, w.Metric) {
			metrics = append(metrics, w.Metric)
		}
	}
	var out []winsPanel
	for _, name := range s.Found.Workloads() {
		for _, metric := range metrics {
			p := winsPanel{workload: name, metric: metric, cells: make([][]winsCell, len(policies))}
			for i := range p.cells {
				p.cells[i] = make([]winsCell, len(policies))
			}
			// The most pairs of any two policies. A panel of single pairs would say no more
			// than the tables.
			most := 0
			for _, w := range s.Wins {
				if w.Workload != name || w.Metric != metric {
					continue
				}
				a, b := slices.Index(policies, w.Policy), slices.Index(policies, w.Against)
				// A pair is in wins.csv once: seen from the other side, wins are losses.
				p.cells[a][b], p.cells[b][a] = winsCell{w.N, w.Wins, w.Losses}, winsCell{w.N, w.Losses, w.Wins}
				if w.N > most {
					most, p.over = w.N, stat.Overlap(w.Over, w.N)
				}
			}
			if most > 1 {
				out = append(out, p)
			}
		}
	}
	return out
}

// winsFigure draws a matrix per panel: a cell says in how many pairs the policy of its row
// was better than that of its column, the bluer the more often, the more orange the more
// often worse. Policies have numbers in the matrix, from 1 in the declared order, as names
// would not fit over columns; the legend says which is which.
func winsFigure(policies []string, panels []winsPanel) sheet {
	s := sheet{Name: "wins", Cols: columnsFor(len(panels)), height: vg.Length(len(policies))*winsRow + tickRoom}
	metrics := map[string]bool{}
	for _, w := range panels {
		metrics[w.metric] = true
	}
	// Of several metrics a panel says in its note which one it is of.
	several := len(metrics) > 1
	if several { // a row for each workload, or a few
		s.Cols = min(len(metrics), 3)
	}
	for i := range policies {
		s.legend = append(s.legend, textKey(strconv.Itoa(i+1), policies[i]))
	}
	for _, w := range panels {
		p := newPlot("against", "policy")
		n := float64(len(policies))
		p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, n, 0, n
		p.X.Tick.Marker, p.Y.Tick.Marker = numbered(len(policies), false), numbered(len(policies), true)
		p.X.Tick.Length, p.Y.Tick.Length = 0, 0
		p.Add(matrix(w.cells))
		s.panels = append(s.panels, panel{w.workload, words.IfElse(several, w.metric, ""), p, pointed{}})
	}
	return s
}

// winsRow is the height of a row of the matrix.
const winsRow = vg.Length(15)

// textKey is a legend entry for a number that stands for a name.
func textKey(number, label string) key {
	style := textStyle(bold(textSize), ink, draw.XLeft, draw.YCenter)
	return key{label, style.Width(number), func(c *draw.Canvas, at vg.Point) { c.FillText(style, at, number) }}
}

// numbered labels the middles of cells 1 to n, downwards if they count from the top. Cell i
// is between i-1 and i on the axis.
func numbered(n int, down bool) plot.Ticker {
	return plot.TickerFunc(func(_, _ float64) []plot.Tick {
		var out []plot.Tick
		for i := range n {
			at := float64(i) + 0.5
			if down {
				at = float64(n-i) - 0.5
			}
			out = append(out, plot.Tick{Value: at, Label: strconv.Itoa(i + 1)})
		}
		return out
	})
}

// matrix draws the cells, the first row on top. Half a point around each cell stays white.
// What was not compared has no cell.
func matrix(cells [][]winsCell) drawing {
	return func(c draw.Canvas, p *plot.Plot) {
		x, y := p.Transforms(&c)
		style := textStyle(sans(tickSize-0.5), ink, draw.XCenter, draw.YCenter)
		for i, row := range cells {
			top := float64(len(cells) - i)
			for k, cell := range row {
				box := vg.Rectangle{Min: vg.Point{X: x(float64(k)) + 0.5, Y: y(top-1) + 0.5}, Max: vg.Point{X: x(float64(k+1)) - 0.5, Y: y(top) - 0.5}}
				if cell.n == 0 {
					continue
				}
				c.FillPolygon(winShade(cell), []vg.Point{box.Min, {X: box.Max.X, Y: box.Min.Y}, box.Max, {X: box.Min.X, Y: box.Max.Y}})
				c.FillText(style, vg.Point{X: (box.Min.X + box.Max.X) / 2, Y: (box.Min.Y + box.Max.Y) / 2}, strconv.Itoa(cell.wins))
			}
		}
	}
}

// winShade is between white and blue for wins, white and orange for losses, by how many
// more there are of one. Colours are those of the palette, which readers of any colour
// vision tell apart. A cell with one more win than losses has 15 % of the colour at least,
// one with wins alone 75 %, so that its number is still read; a balanced one has 6 % of
// blue, so that it does not look like a pair that was not compared.
func winShade(w winsCell) color.Color {
	share := float64(w.wins-w.losses) / float64(w.n)
	to := color.NRGBA{0x56, 0xb4, 0xe9, 0xff}
	if share < 0 {
		share, to = -share, color.NRGBA{0xe6, 0x9f, 0x00, 0xff}
	}
	part := 0.15 + 0.6*share
	if share == 0 {
		part = 0.06
	}
	mix := func(c uint8) uint8 { return uint8(255 - part*float64(255-c)) }
	return color.NRGBA{mix(to.R), mix(to.G), mix(to.B), 0xff}
}

// winsCaption says what one sees in the wins figure: what pairs are, on each workload where
// that differs: "over seeds, n = 10, on steady; over windows, n = 24, on taxi".
func winsCaption(s *answer.Stored) string {
	var metrics, kinds []string
	on := map[string][]string{} // the workloads of each kind
	for _, p := range winsPanels(s) {
		if !slices.Contains(metrics, p.metric) {
			metrics = append(metrics, p.metric)
		}
		if !slices.Contains(kinds, p.over) {
			kinds = append(kinds, p.over)
		}
		if !slices.Contains(on[p.over], p.workload) {
			on[p.over] = append(on[p.over], p.workload)
		}
	}
	pairs := strings.Join(kinds, "")
	if len(kinds) > 1 {
		for i, k := range kinds {
			kinds[i] = k + ", on " + words.List(on[k])
		}
		pairs = strings.Join(kinds, "; ")
	}
	return "Pairwise wins in " + words.List(metrics) + ": of the pairs compared (" + pairs + "), in how many the policy of the row was better than that of the column; what is missing to their number are ties and losses. Blue: better more often than worse, orange: worse."
}
