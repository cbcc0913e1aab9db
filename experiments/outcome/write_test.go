package outcome

import (
	"os"
	"path/filepath"
	"testing"

	"cnv/results"
	"cnv/results/compare"
	"cnv/results/stat"
)

// TestResultsAreReplaced: results with every file that may be in them may be replaced, and
// a file of somebody else beside them is refused.
func TestResultsAreReplaced(t *testing.T) {
	out := t.TempDir()
	plan := compare.Plan{
		Design:    results.Design{Workloads: []string{"w"}, Policies: []string{"a", "b", "c", "d"}, Replications: 1},
		Name:      "x",
		Over:      []string{stat.OverSeeds},
		Contrasts: []compare.Contrast{{Name: "again", From: "a", To: "b", AgainFrom: "c", AgainTo: "d"}},
	}
	s := compare.NewSet(plan, "")
	for p := range plan.Policies {
		r, err := s.Open(0, p, 0, 1, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Add(0, p, r, r.Finish(1, results.Ledger{}, results.Counts{})); err != nil {
			t.Fatal(err)
		}
	}
	dir, err := s.Write(out)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "interactions.csv")); err != nil {
		t.Fatal(err)
	}
	if err := Writable(out, "x"); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Writable(out, "x"); err == nil {
		t.Error("a file of somebody else would be lost")
	}
}
