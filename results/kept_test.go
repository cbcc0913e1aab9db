package results

import (
	"testing"
)

// TestKeptRunsKnowTheirPredictions: a run that was kept when nobody looked at predictions
// is not taken where somebody does, nor the other way round.
func TestKeptRunsKnowTheirPredictions(t *testing.T) {
	for _, was := range []bool{false, true} {
		for _, is := range []bool{false, true} {
			design := Design{Workloads: []string{"w"}, Policies: []string{"a", "b"}, Replications: 1, Predictions: []bool{!was, was}}
			s, file := NewRuns(design, ""), t.TempDir()+"/run"
			r, err := s.Open(0, 1, 0, 1, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Keep(file, 0, 1, r, r.Finish(1, Ledger{}, Counts{}), false); err != nil {
				t.Fatal(err)
			}
			design.Predictions = []bool{!is, is}
			if got := NewRuns(design, "").Load(file, 0, 1, 0); got != (was == is) {
				t.Errorf("kept with predictions %v, asked with %v: taken %v", was, is, got)
			}
		}
	}
}
