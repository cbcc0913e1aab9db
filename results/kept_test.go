package results

import (
	"testing"

	"cnv/results/stat"
)

// TestKeptRunsKnowTheirPredictions: a run that was kept when nobody looked at predictions
// is not taken where somebody does, nor the other way round.
func TestKeptRunsKnowTheirPredictions(t *testing.T) {
	for _, was := range []bool{false, true} {
		for _, is := range []bool{false, true} {
			plan := Plan{Name: "kept", Workloads: []string{"w"}, Policies: []string{"a", "b"}, Replications: 1, Over: []string{stat.OverSeeds}, Predictions: []bool{!was, was}}
			s, file := NewSet(plan, ""), t.TempDir()+"/run"
			r, err := s.Open(0, 1, 0, 1, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Keep(file, 0, 1, r, r.Finish(1, Ledger{}, Counts{})); err != nil {
				t.Fatal(err)
			}
			plan.Predictions = []bool{!is, is}
			if got := NewSet(plan, "").Load(file, 0, 1, 0); got != (was == is) {
				t.Errorf("kept with predictions %v, asked with %v: taken %v", was, is, got)
			}
		}
	}
}
