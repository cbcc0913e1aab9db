package compare

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"

	"cnv/results"
	"cnv/results/csvfile"
)

// An Interaction is how much more, or less, a change does where all else is
// otherwise: the difference of two differences of a contrast, replication by
// replication.
//
// Two differences that look alike are not known to be alike unless Verdict is Same.
type Interaction struct {
	Contrast                      Contrast
	Workload, Metric              string
	Alone, AloneLow, AloneHigh    float64 // from From to To, with the joint interval
	AloneVerdict                  string
	Again, AgainLow, AgainHigh    float64 // from AgainFrom to AgainTo
	AgainVerdict                  string
	Differs, DiffersLow, DiffHigh float64 // Again less Alone; its interval holds together with those of all interactions
	Verdict                       string  // Higher, Lower, Same, Equal, NotKnown or NotRanked
}

// Interactions are those of all contrasts that name a second pair, in every primary
// metric: contrast by contrast, workload by workload of those that it is about.
func (s *Set) Interactions() []Interaction { return s.compared().interactions() }

// interactions judges all together at the end, since their intervals hold together. A
// contrast without a second pair has none.
func (c *comparison) interactions() []Interaction {
	var out []Interaction
	var all []moving
	for _, k := range c.plan.Contrasts {
		var at [4]int
		for i, name := range [4]string{k.From, k.To, k.AgainFrom, k.AgainTo} {
			at[i] = slices.Index(c.plan.Policies, name)
		}
		// It has no second pair, or a policy of another file.
		if slices.Contains(at[:], -1) {
			continue
		}
		for w := range c.cells {
			if !k.About(c.plan.Workloads[w]) {
				continue
			}
			for _, metric := range c.plan.primary() {
				column := results.ColumnOf(metric)
				// The change again less the change alone: each is To less From.
				m := movingOf(pair{c, w, at[1], at[0], column}, pair{c, w, at[3], at[2], column})
				alone, again := c.row(w, at[1], at[0], column), c.row(w, at[3], at[2], column)
				all = append(all, m)
				out = append(out, Interaction{
					Contrast: k, Workload: c.plan.Workloads[w], Metric: metric,
					Alone: alone.Diff, AloneLow: alone.JointLow, AloneHigh: alone.JointHigh, AloneVerdict: alone.Verdict,
					Again: again.Diff, AgainLow: again.JointLow, AgainHigh: again.JointHigh, AgainVerdict: again.Verdict,
				})
			}
		}
	}
	c.judgeMoved(all)
	for i := range out {
		m := &all[i]
		out[i].Differs, out[i].DiffersLow, out[i].DiffHigh, out[i].Verdict = m.Value, m.ByLow, m.ByHigh, m.Moved
	}
	return out
}

// interactionsHeader is the columns of interactions.csv.
var interactionsHeader = []string{
	"contrast", "from", "to", "again_from", "again_to", "workload", "metric", "alone", "alone_low", "alone_high", "alone_verdict",
	"again", "again_low", "again_high", "again_verdict", "interaction", "interaction_low", "interaction_high", "verdict",
}

// writeInteractions writes interactions.csv, if there are any: a file without rows would
// say that none was found.
func (s *Set) writeInteractions(dir string) error {
	all := s.Interactions()
	if len(all) == 0 {
		return nil
	}
	return csvfile.Write(filepath.Join(dir, "interactions.csv"), interactionsHeader, func(write func(...string) error) error {
		for i := range all {
			x, k := &all[i], &all[i].Contrast
			err := write(k.Name, k.From, k.To, k.AgainFrom, k.AgainTo, x.Workload, x.Metric, csvfile.Number(x.Alone), csvfile.Number(x.AloneLow), csvfile.Number(x.AloneHigh), x.AloneVerdict,
				csvfile.Number(x.Again), csvfile.Number(x.AgainLow), csvfile.Number(x.AgainHigh), x.AgainVerdict, csvfile.Number(x.Differs), csvfile.Number(x.DiffersLow), csvfile.Number(x.DiffHigh), x.Verdict)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// ReadInteractions reads interactions.csv; nothing if there is none. Of each Contrast it
// has the name and the policies alone.
func ReadInteractions(dir string) (out []Interaction, err error) {
	err = csvfile.Read(filepath.Join(dir, "interactions.csv"), interactionsHeader, func(f []string) error {
		v, err := csvfile.Floats(f[7], f[8], f[9], f[11], f[12], f[13], f[15], f[16], f[17])
		if err != nil {
			return err
		}
		out = append(out, Interaction{
			Contrast: Contrast{Name: f[0], From: f[1], To: f[2], AgainFrom: f[3], AgainTo: f[4]}, Workload: f[5], Metric: f[6],
			Alone: v[0], AloneLow: v[1], AloneHigh: v[2], AloneVerdict: f[10], Again: v[3], AgainLow: v[4], AgainHigh: v[5], AgainVerdict: f[14],
			Differs: v[6], DiffersLow: v[7], DiffHigh: v[8], Verdict: f[18],
		})
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return out, err
}

var interactionsDoc = results.FileDoc{Name: "interactions.csv", Text: "whether a change does the same where all else is otherwise, for every contrast with again_from and again_to: one row per contrast, workload and primary metric", Columns: [][2]string{
	{"contrast, from, to, again_from, again_to", "the change, between which policies it is made alone, and between which again"},
	{"alone, alone_low, alone_high, alone_verdict", "the difference from the first to the second, as comparison.csv has it: joint interval and verdict"},
	{"again, again_low, again_high, again_verdict", "the difference from the third to the fourth"},
	{"interaction, interaction_low, interaction_high", "the second difference less the first, paired by replication, and its 95 % interval, which holds together with all others of this file"},
	{"verdict", movedText},
}}
