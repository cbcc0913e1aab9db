package results

// A figure is a sheet with its caption.
type figure struct {
	sheet
	caption string
}

// allFigures lays out all figures of s: those for which there is data.
func allFigures(s *stored) []figure {
	var out []figure
	add := func(one sheet, most int, caption string) {
		if len(one.panels) == 0 {
			return
		}
		for _, page := range pages(one, most) {
			out = append(out, figure{page, caption})
		}
	}
	policies := s.found.policies()
	add(recoveryFigure(s.found.recoveries()), 2*maxPanels, recoveryCaption(s)) // first, where that is asked
	add(responseFigure(policies, responsePanels(s)), maxPanels, responseCaption(s))
	add(costFigure(policies, costPanels(s)), maxPanels, costCaption(s))
	add(capacityFigure(policies, capacityPanels(s)), maxPanels, capacityCaption(s))
	add(ladderFigure(policies, s.manifest.Contrasts, costPanels(s)), maxPanels, ladderCaption(s))
	add(winsFigure(policies, winsPanels(s)), maxPanels, winsCaption(s))
	add(loadFigure(policies, loadPanels(s)), maxPanels, loadCaption(s))
	return out
}
