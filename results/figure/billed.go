package figure

import (
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"cnv/results/answer"
)

// readyCores is the axis of VMs in the capacity figure.
const readyCores = "Ready cores"

// billedLine is how wide the lines of what is paid for are.
const billedLine = vg.Length(0.5)

// billed is the index of the first policy whose routers have dropped VMs on a workload; -1:
// none. Its look stands for all of them in the legend.
func (w *capacityPanel) billed() int {
	return slices.IndexFunc(w.tracks, func(t track) bool { return t.billed != nil })
}

// dropped says whether any policy has dropped VMs on any workload.
func dropped(s *answer.Stored) bool {
	return slices.ContainsFunc(capacityPanels(s), func(w capacityPanel) bool { return w.billed() >= 0 })
}

// addBilled draws what the policies pay for whose routers have dropped VMs. What is billed
// is the same as what is ready for all others, but for booting and draining, and a second
// line over theirs would hide it. unit is the length in seconds of the unit on the time
// axis.
func addBilled(p *plot.Plot, tracks []track, unit float64) {
	for i, t := range tracks {
		if t.billed == nil {
			continue
		}
		p.Add(drawing(func(c draw.Canvas, p *plot.Plot) {
			for _, run := range finiteRuns(stairs(t.at, billedOf(t), unit)) {
				c.StrokeLines(lookOf(i).line(billedLine), c.ClipLinesXY(placed(c, p, run))...)
			}
		}))
	}
}
