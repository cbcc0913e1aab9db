package answer

import (
	"slices"

	"cnv/results"
	"cnv/results/compare"
)

// Leading are the policies that are told apart in a figure, where there are more than most:
// the best of the ranking and the first of the file, in its order. All, where there are no
// more. The first of the file is always among them, as all others are compared to it.
func (s *Stored) Leading(most int) []string {
	policies := s.Found.Policies()
	if len(policies) <= most {
		return policies
	}
	keep := map[string]bool{policies[0]: true}
	for _, row := range s.Found.Ranking().Rows {
		if len(keep) < most {
			keep[row.Policy] = true
		}
	}
	for _, p := range policies { // where none is ranked
		if len(keep) < most {
			keep[p] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(policies), func(p string) bool { return !keep[p] })
}

// Only is what is stored of some policies, for figures that have no room for all. A
// difference stays if both of its policies do. s is not changed: what is filtered is made
// again, all else is shared.
//
// Numbers stay as they are: joint intervals hold together with those of the policies that
// were left out.
func (s *Stored) Only(policies []string) *Stored {
	out := *s
	manifest := *s.Manifest
	out.Manifest = &manifest
	is := func(p string) bool { return slices.Contains(policies, p) }
	// A row without another policy is about one alone.
	both := func(a, b string) bool { return is(a) && (b == "" || is(b)) }
	manifest.Contrasts = kept(s.Manifest.Contrasts, func(c *compare.Contrast) bool { return both(c.From, c.To) })
	out.Found = kept(s.Found, func(f *Finding) bool { return both(f.policy, f.against) })
	out.Itself = kept(s.Itself, func(f *Finding) bool { return both(f.policy, f.against) })
	out.Distributions = kept(s.Distributions, func(d *results.Distribution) bool { return is(d.Policy) })
	out.Timelines = kept(s.Timelines, func(t *results.Timeline) bool { return is(t.Policy) })
	out.Highest = kept(s.Highest, func(h *compare.HighestLoad) bool { return both(h.Policy, h.Against) })
	out.Loads = kept(s.Loads, func(l *compare.LoadCurve) bool { return is(l.Policy) })
	out.Wins = kept(s.Wins, func(w *compare.Win) bool { return both(w.Policy, w.Against) })
	out.Sizes = kept(s.Sizes, func(r *results.SizeRow) bool { return is(r.Policy) })
	out.Classes = kept(s.Classes, func(r *results.ClassRow) bool { return is(r.Policy) })
	out.Held = kept(s.Held, func(h *compare.Held) bool { return both(h.Policy, h.Against) })
	return &out
}

// kept are those that are wanted, in a slice of their own; nil if none is.
func kept[S ~[]E, E any](all S, wanted func(*E) bool) (out S) {
	for i := range all {
		if wanted(&all[i]) {
			out = append(out, all[i])
		}
	}
	return out
}
