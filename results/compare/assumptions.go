package compare

import (
	"slices"

	"cnv/results"
)

// An Assumption is what numbers rest on that is not known of the surroundings: no doubt,
// and said only where the numbers depend on it. experiments/plan makes them.
type Assumption struct {
	Text string
	// Column is a column of runs.csv: the numbers depend on the assumption where it is
	// above 0 in some run of the workloads. "" they always do.
	Column    string
	Pool      string // it is about launches of this one of several pools; "" none
	Workloads []string
}

// Assumptions are the texts of those that the numbers depend on, in the order of the plan.
func (s *Set) Assumptions() []string {
	var out []string
	for i := range s.plan.Assumptions {
		if a := &s.plan.Assumptions[i]; s.rests(a) {
			out = append(out, a.Text)
		}
	}
	return out
}

// rests says whether the numbers depend on an assumption.
func (s *Set) rests(a *Assumption) bool {
	if a.Column == "" {
		return true
	}
	for w, name := range s.plan.Workloads {
		if !slices.Contains(a.Workloads, name) {
			continue
		}
		for _, c := range s.cellsOf(w) {
			if slices.ContainsFunc(c.rows, func(r results.Row) bool { return acted(&r, a.Column, a.Pool) }) {
				return true
			}
		}
	}
	return false
}

// acted says whether a run has any of what a column counts, of a pool if that is named.
func acted(r *results.Row, column, pool string) bool {
	return r.Value(column) > 0 && (pool == "" || slices.Contains(r.LaunchedIn, pool))
}

// ActedIn says whether the constant can have mattered in a run: a world in which it could
// not is no world of its own.
func (c *Constant) ActedIn(r *results.Row) bool { return c.Column == "" || acted(r, c.Column, c.Pool) }
