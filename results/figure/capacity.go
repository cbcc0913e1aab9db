package figure

import (
	"math"
	"slices"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg/draw"

	"cnv/results/answer"
	"cnv/results/stat"
	"cnv/results/words"
)

// A track is what one policy did on one workload over time: columns of equal length, in
// order of time. The zero track is a cell without a timeline.
//
// Invariant: all columns but billed are as long as at; billed is nil or that long.
type track struct {
	at        []float64 // seconds since the start of the run
	load      []float64 // work offered per second: reference cores kept busy
	capacity  []float64 // cores of ready VMs
	functions []float64 // function environments at work
	billed    []float64 // cores of all VMs that run, where a router dropped some; else nil
}

// A capacityPanel is one workload of the capacity figure, tracks by policy.
//
// Invariant: tracks has one element for each policy, in the declared order.
type capacityPanel struct {
	workload string
	tracks   []track
}

// maxSteps is how many instants of a track are drawn; longer ones are averaged over equal
// spans of time. A panel is some 200 points wide: more steps than that are narrower than
// their line.
const maxSteps = 240

// leastSteps is how many spans the offered load of a short run is averaged over; of a
// longer one over seconds, as the work of one request is no load. (30 spans of a run of 3 s
// are 0.1 s each.)
const leastSteps = 30

// capacityFigure draws what was asked for as a grey area, and over it what each policy had
// ready: cores of VMs on the left, functions on the right. One row per workload; without
// the right half where no policy uses functions.
func capacityFigure(policies []string, panels []capacityPanel) sheet {
	s := sheet{Name: "capacity", Cols: 2, height: panelHeight * 0.8}
	s.legend = append(s.legend, areaKey("offered load"))
	for i, name := range policies {
		s.legend = append(s.legend, lineKey(name, lookOf(i).line(dataLine)))
	}
	// One entry for all policies: their colours are those of their lines of ready cores.
	if i := slices.IndexFunc(panels, func(w capacityPanel) bool { return w.billed() >= 0 }); i >= 0 {
		s.legend = append(s.legend, lineKey("billed, where VMs were dropped", lookOf(panels[i].billed()).line(billedLine)))
	}
	if !usesFunctions(panels) {
		// Panels are in rows as those of other figures, as a row needs no second half.
		s.Cols = columnsFor(len(panels))
		for _, w := range panels {
			s.panels = append(s.panels, s.capacityPanel(policies, w, w.workload, readyCores, capacityOf))
		}
		return s
	}
	for _, w := range panels {
		s.panels = append(s.panels,
			s.capacityPanel(policies, w, w.workload+": VMs", readyCores, capacityOf),
			s.capacityPanel(policies, w, w.workload+": functions", "Functions in use", functionsOf))
	}
	return s
}

// usesFunctions says whether any policy has a function at work at any time.
func usesFunctions(panels []capacityPanel) bool {
	for _, w := range panels {
		for _, t := range w.tracks {
			if highest(t.functions) > 0 {
				return true
			}
		}
	}
	return false
}

func capacityOf(t track) []float64  { return t.capacity }
func functionsOf(t track) []float64 { return t.functions }
func billedOf(t track) []float64    { return t.billed }

// capacityPanel is one half of a workload's row: the offered load and the column that of
// names, against time. A policy that has nothing there has no line. Both axes begin at 0.
// The panels of several workloads have axes of their own, as loads may differ by orders of
// magnitude.
func (s *sheet) capacityPanel(policies []string, w capacityPanel, title, label string, of func(track) []float64) panel {
	span := shownSpan(w.tracks)
	unit, seconds := timeUnit(span)
	p := newPlot("Time, "+unit, label)
	tracks := make([]track, len(w.tracks))
	top := 0.0
	for i, t := range w.tracks {
		tracks[i] = thinned(t.until(span), maxSteps)
		top = max(top, highest(of(tracks[i])))
		if label == readyCores {
			top = max(top, highest(tracks[i].billed))
		}
	}
	// The load is that of the arrivals, which are the same under all policies: one area
	// stands for all of them.
	if i := firstWithLoad(tracks); i >= 0 {
		load := thinned(tracks[i], max(leastSteps, int(span)))
		p.Add(loadArea(load, seconds))
		top = max(top, highest(load.load))
	}
	// Nothing was ready or asked for: an axis needs some length.
	if top == 0 {
		top = 1
	}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, span/seconds, 0, top*1.06
	p.X.Tick.Marker, p.Y.Tick.Marker = steps(6, words.Plain), steps(5, words.Plain)
	curves := make([]curve, len(tracks))
	for i, t := range tracks {
		if highest(of(t)) > 0 {
			curves[i] = finiteRuns(stairs(t.at, of(t), seconds))
		}
	}
	if label == readyCores {
		addBilled(p, tracks, seconds)
	}
	return panel{title, addCurves(p, s.inner(), policies, curves), p, pointed{lines: true, time: true}}
}

// shownSpan is how long a time is drawn, seconds: the longest track, but no
// more than a quarter longer than work arrives. What a system does that is
// still busy long after the last arrival is told by its unanswered requests.
func shownSpan(tracks []track) float64 {
	longest, busy := 0.0, 0.0
	for _, t := range tracks {
		for i, at := range t.at {
			longest = max(longest, at)
			if t.load[i] > 0 {
				busy = max(busy, at)
			}
		}
	}
	switch {
	case longest == 0:
		return 1
	// No work arrived at all.
	case busy == 0:
		return longest
	}
	return min(longest, 1.25*busy)
}

// until is t without what comes after span seconds. A sample at span itself stays.
func (t track) until(span float64) track {
	// The least number above span, so that a sample at span is among those before it.
	n, _ := slices.BinarySearch(t.at, math.Nextafter(span, math.Inf(1)))
	out := track{t.at[:n], t.load[:n], t.capacity[:n], t.functions[:n], nil}
	if t.billed != nil {
		out.billed = t.billed[:n]
	}
	return out
}

// firstWithLoad is the index of the first track with samples; -1: no track has any. Offered
// load is the same for all policies.
func firstWithLoad(tracks []track) int {
	for i, t := range tracks {
		if len(t.at) > 0 {
			return i
		}
	}
	return -1
}

// highest is the largest finite value, 0 if there is none above it.
func highest(vs []float64) float64 {
	top := 0.0
	for _, v := range vs {
		if v > top && !math.IsInf(v, 1) {
			top = v
		}
	}
	return top
}

// thinned is t with at most n instants: means over equal numbers of samples, each at the
// first instant of its span.
//
// The last span may be of fewer samples. The mean of a value that is not a number is none
// either, and leaves a gap.
func thinned(t track, n int) track {
	if len(t.at) <= n {
		return t
	}
	// Rounded up, so that there are n spans at most.
	width := (len(t.at) + n - 1) / n
	var out track
	for i := 0; i < len(t.at); i += width {
		j := min(i+width, len(t.at))
		out.at = append(out.at, t.at[i])
		out.load = append(out.load, stat.MeanOf(t.load[i:j]))
		out.capacity = append(out.capacity, stat.MeanOf(t.capacity[i:j]))
		out.functions = append(out.functions, stat.MeanOf(t.functions[i:j]))
		if t.billed != nil {
			out.billed = append(out.billed, stat.MeanOf(t.billed[i:j]))
		}
	}
	return out
}

// loadArea fills the offered load down to 0. A value holds until the next. unit is as in
// stairs.
func loadArea(t track, unit float64) drawing {
	return func(c draw.Canvas, p *plot.Plot) {
		for _, run := range finiteRuns(stairs(t.at, t.load, unit)) {
			// Back along the bottom, so that the outline is closed.
			run = append(run, spot{run[len(run)-1].x, 0}, spot{run[0].x, 0})
			c.FillPolygon(shade, c.ClipPolygonXY(placed(c, p, run)))
		}
	}
}

// stairs turns samples into corners: every value holds until the next sample. Samples that
// change nothing add none. unit is the length in seconds of the unit on the axis. Samples
// (0, 1), (1, 1), (2, 3) become the corners (0, 1), (2, 1), (2, 3).
func stairs(at, v []float64, unit float64) []spot {
	var line []spot
	for i := range at {
		here := spot{at[i] / unit, v[i]}
		switch last := len(line) - 1; {
		case last < 0:
		// The last sample stays, so that the line reaches the end of the run.
		case line[last].y == here.y && i+1 < len(at):
			continue
		case line[last].y != here.y:
			line = append(line, spot{here.x, line[last].y})
		}
		line = append(line, here)
	}
	return line
}

// finiteRuns splits a line where a value is not a finite number. A run of a single point is
// dropped: it has no length to draw.
func finiteRuns(line []spot) [][]spot {
	var runs [][]spot
	var run []spot
	for _, p := range line {
		if math.IsNaN(p.y) || math.IsInf(p.y, 0) {
			if len(run) > 1 {
				runs = append(runs, run)
			}
			run = nil
			continue
		}
		run = append(run, p)
	}
	if len(run) > 1 {
		runs = append(runs, run)
	}
	return runs
}

// capacityPanels are the panels of the capacity figure, for the workloads that have a
// timeline. Files of results have timelines of the first replication only.
func capacityPanels(s *answer.Stored) []capacityPanel {
	var out []capacityPanel
	for _, w := range s.Found.Workloads() {
		p := capacityPanel{workload: w, tracks: make([]track, len(s.Found.Policies()))}
		any := false
		for i, policy := range s.Found.Policies() {
			p.tracks[i] = trackOf(s, w, policy)
			any = any || len(p.tracks[i].at) > 0
		}
		if any {
			out = append(out, p)
		}
	}
	return out
}

// trackOf is the timeline of one cell; empty if there is none. billed is filled only where
// the router dropped VMs (the metric dropped_vms is above 0).
func trackOf(s *answer.Stored, workload, policy string) track {
	var t track
	gone, _ := s.Found.Value(workload, policy, answer.DroppedVMs)
	for _, line := range s.Timelines {
		if line.Workload != workload || line.Policy != policy {
			continue
		}
		for _, p := range line.Samples {
			t.at = append(t.at, p.At.Seconds())
			t.load = append(t.load, p.OfferedCores)
			t.capacity = append(t.capacity, p.CapacityCores)
			t.functions = append(t.functions, float64(p.Functions))
			if gone.Value.Mean > 0 {
				t.billed = append(t.billed, p.BilledCores)
			}
		}
	}
	return t
}

// thinning is over how long the longest timeline is averaged in the figure; 0 if no
// timeline is. The caption says it, since a short peak does not show in a mean over a
// longer time. Whole seconds.
func thinning(s *answer.Stored) time.Duration {
	longest := 0.0
	for _, line := range s.Timelines {
		if n := len(line.Samples); n > maxSteps {
			width := (n + maxSteps - 1) / maxSteps
			span := line.Samples[n-1].At.Seconds() / float64(n-1) * float64(width)
			longest = math.Max(longest, span)
		}
	}
	return time.Duration(math.Round(longest)) * time.Second
}
