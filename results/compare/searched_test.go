package compare

import (
	"testing"

	"cnv/results"
	"cnv/results/stat"
)

// TestSearchedSharesArePossible: the interval of a share that a search has seen ends at 0,
// as that of comparison.csv does.
func TestSearchedSharesArePossible(t *testing.T) {
	names := []string{results.AvoidableMisses, "requests", "missed_avoidable"}
	var runs [][]float64
	for _, missed := range []float64{0, 0, 0, 0, 0, 0, 0, 0, 1, 30} {
		runs = append(runs, []float64{missed / 1000, 1000, missed})
	}
	if value, low, high := NewSearched(stat.OverSeeds, 0, names, runs).Interval(results.AvoidableMisses); !(0 <= low && low <= value && value <= high) {
		t.Errorf("%v (%v to %v), want ends between 0 and 1", value, low, high)
	}
}
