package figure

import (
	"strconv"

	"cnv/results/answer"
)

// A Figure is a sheet with its caption. Its file names are the sheet's Name with an ending:
// response.svg, response.png.
type Figure struct {
	sheet
	Caption string
}

// MostPolicies is how many policies can be told apart in a figure: of more, those are drawn
// that lead the ranking, and the first. With eight colours, two of ten are told apart by
// dash and mark alone.
const MostPolicies = 10

// All lays out all figures of s: those for which there is data. A figure without a panel is
// left out, and one with too many is spread over several pages with the same caption. Where
// only the leading policies are drawn, joint intervals still hold together with those of
// all (see answer.Stored.Only).
func All(s *answer.Stored) []Figure {
	var out []Figure
	leading, others := s.Leading(MostPolicies), ""
	// From here on s is of the policies that are drawn; captions are of these too.
	if n := len(s.Found.Policies()); n > len(leading) {
		s, others = s.Only(leading), " Of "+strconv.Itoa(n)+" policies the best of the ranking are drawn, and the first of the file."
	}
	// most is how many panels a page has.
	add := func(one sheet, most int, caption string) {
		if len(one.panels) == 0 {
			return
		}
		for _, page := range pages(one, most) {
			out = append(out, Figure{page, caption + others})
		}
	}
	// Looks go by place in this list, so that a policy is alike in all figures.
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
