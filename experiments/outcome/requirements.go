package outcome

import (
	"fmt"

	"cnv/results/compare"
)

// mostChecked is how many requirements are printed one by one, about a screen.
const mostChecked = 40

// requirements are the lines of what was checked: all where they are few; else those that
// are not met, as far as a screen goes, and how many there are.
func requirements(checked []compare.Checked) (lines []string) {
	broken := 0
	for i := range checked {
		c, mark := &checked[i], "ok"
		if !c.OK {
			broken++
			mark = "NOT MET"
		}
		if len(checked) <= mostChecked || !c.OK && broken <= mostChecked {
			lines = append(lines, fmt.Sprintf("%s: %s / %s: %s: %s", mark, c.Workload, c.Policy, c.Requirement.String(), c.Got))
		}
	}
	if len(checked) > mostChecked {
		lines = append(lines, fmt.Sprintf("%d of %d are met; junit.xml has all", len(checked)-broken, len(checked)))
	}
	return lines
}
