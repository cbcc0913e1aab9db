package results

import (
	"math"
	"path/filepath"
	"testing"
	"time"
)

// TestErrorsOfPredictionsByClass: classes.csv has the errors of each class over all
// replications, also of runs that were kept, whatever their order.
func TestErrorsOfPredictionsByClass(t *testing.T) {
	d := Design{Workloads: []string{"w"}, Policies: []string{"blind", "knowing"}, Replications: 2, Predictions: []bool{false, true}}
	factors := [][]float64{{1.1, 1.3}, {1.3, 0.9}} // by replication and class
	fill := func(s *Runs, policy, replication int) (*Run, Row) {
		r, err := s.Open(0, policy, replication, uint64(replication), []string{"a", "b", "never"})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 100 {
			q := Request{ID: uint64(i), Class: uint16(i % 2), Finish: time.Second, Work: time.Second, Predicted: factors[replication][i%2]}
			r.Add(&q)
		}
		return r, r.Finish(time.Hour, Ledger{}, Counts{})
	}
	made, again, kept := NewRuns(d, ""), NewRuns(d, ""), t.TempDir()
	for policy := range 2 {
		for replication := range 2 {
			r, row := fill(made, policy, replication)
			if err := made.Add(0, policy, r, row); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(kept, d.Policies[policy]+string(rune('0'+replication)))
			if err := made.Keep(file, 0, policy, r, row, false); err != nil {
				t.Fatal(err)
			}
		}
		for replication := 1; replication >= 0; replication-- {
			if !again.Load(filepath.Join(kept, d.Policies[policy]+string(rune('0'+replication))), 0, policy, replication) {
				t.Fatal("a kept run is not read back")
			}
		}
	}
	for _, s := range []*Runs{made, again} {
		dir := t.TempDir()
		if err := s.writeClasses(dir); err != nil {
			t.Fatal(err)
		}
		rows, err := ReadClasses(dir)
		if err != nil || len(rows) != 6 {
			t.Fatalf("%d rows, %v", len(rows), err)
		}
		for i, want := range []float64{math.NaN(), math.NaN(), math.NaN(), 0.2, 0.2, math.NaN()} {
			if got := rows[i]; math.Abs(got.MAPE-want) > 1e-9 || math.IsNaN(got.MAPE) != math.IsNaN(want) || got.Predictions > 0 == math.IsNaN(want) {
				t.Errorf("%s of %s is off by %v in %v predictions, want %v", got.Class, got.Policy, got.MAPE, got.Predictions, want)
			}
		}
	}
}
