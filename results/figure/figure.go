package figure

import (
	"strconv"

	"cnv/results/answer"
)

// A Figure is a sheet with its caption.
type Figure struct {
	sheet
	Caption string
}

// MostPolicies is how many policies can be told apart in a figure: of more, those are drawn
// that lead the ranking, and the first.
const MostPolicies = 10

// All lays out all figures of s: those for which there is data.
func All(s *answer.Stored) []Figure {
	var out []Figure
	leading, others := s.Leading(MostPolicies), ""
	if n := len(s.Found.Policies()); n > len(leading) {
		s, others = s.Only(leading), " Of "+strconv.Itoa(n)+" policies the best of the ranking are drawn, and the first of the file."
	}
	add := func(one sheet, most int, caption string) {
		if len(one.panels) == 0 {
			return
		}
		for _, page := range pages(one, most) {
			out = append(out, Figure{page, caption + others})
		}
	}
	policies := s.Found.Policies()
	add(recoveryFigure(s.Found.Recoveries()), 2*maxPanels, recoveryCaption(s)) // first, where that is asked
	add(responseFigure(policies, responsePanels(s)), maxPanels, responseCaption(s))
	add(costFigure(policies, costPanels(s)), maxPanels, costCaption(s))
	add(capacityFigure(policies, capacityPanels(s)), maxPanels, capacityCaption(s))
	add(ladderFigure(policies, s.Manifest.Contrasts, costPanels(s)), maxPanels, ladderCaption(s))
	add(winsFigure(policies, winsPanels(s)), maxPanels, winsCaption(s))
	for _, f := range sweeps(s) {
		add(f.sheet, maxPanels, f.Caption)
	}
	add(loadFigure(policies, loadPanels(s)), maxPanels, loadCaption(s))
	return out
}
