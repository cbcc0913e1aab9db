package figure

import "cnv/results/answer"

// A Figure is a sheet with its caption.
type Figure struct {
	sheet
	Caption string
}

// All lays out all figures of s: those for which there is data.
func All(s *answer.Stored) []Figure {
	var out []Figure
	add := func(one sheet, most int, caption string) {
		if len(one.panels) == 0 {
			return
		}
		for _, page := range pages(one, most) {
			out = append(out, Figure{page, caption})
		}
	}
	policies := s.Found.Policies()
	add(recoveryFigure(s.Found.Recoveries()), 2*maxPanels, recoveryCaption(s)) // first, where that is asked
	add(responseFigure(policies, responsePanels(s)), maxPanels, responseCaption(s))
	add(costFigure(policies, costPanels(s)), maxPanels, costCaption(s))
	add(capacityFigure(policies, capacityPanels(s)), maxPanels, capacityCaption(s))
	add(ladderFigure(policies, s.Manifest.Contrasts, costPanels(s)), maxPanels, ladderCaption(s))
	add(winsFigure(policies, winsPanels(s)), maxPanels, winsCaption(s))
	add(loadFigure(policies, loadPanels(s)), maxPanels, loadCaption(s))
	return out
}
