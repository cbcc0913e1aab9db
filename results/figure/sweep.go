package figure

import (
	"strings"

	"cnv/results/answer"
	"cnv/results/words"
)

// leastSweep is from how many values on a key is drawn as a sweep. Of two values the tables
// tell as much.
const leastSweep = 3

// sweeps are charts of the primary metrics against each key of the workloads that has
// several numbers as values: a line per policy, a panel per combination of the other keys.
// Their files are sweep-KEY-METRIC.svg. Left out are keys with a value that is no number or
// with fewer than leastSweep, keys of policies, and charts with more panels than a page.
func sweeps(s *answer.Stored) (out []Figure) {
	for _, f := range s.Factors {
		numbers := map[string]bool{}
		all, ofPolicies := true, false
		// The order of this map does not matter: nothing but counts and flags come out of
		// it. Cells are [workload, policy].
		for cell, v := range f.Of {
			_, ok := words.ParseNumber(v)
			all, numbers[v] = all && ok, true
			ofPolicies = ofPolicies || s.Base(cell[0], f.Key) == cell[0] // its name does not tell
		}
		if !all || ofPolicies || len(numbers) < leastSweep {
			continue
		}
		for _, q := range s.Found.Primary() {
			c, err := NewChart(s, ChartSpec{Metric: q.Metric, X: f.Key, Group: "policy", Panel: answer.BaseKey + " but " + f.Key, Name: "sweep-" + f.Key + "-" + strings.ReplaceAll(q.Head, " ", "-")})
			if err != nil || len(c.panels) > maxPanels { // the files do not tell the cells apart
				continue
			}
			// The caption of a chart would not say what panels are.
			c.Caption = "How " + q.Name + words.IfElse(q.Head == "misses", " change", " changes") + " with " + f.Key + ": a line per policy, a panel per workload. Bands are 95 % intervals, each on its own; a share of 0 in all runs has none."
			out = append(out, c.Figure)
		}
	}
	return out
}
