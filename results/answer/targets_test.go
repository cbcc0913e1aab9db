package answer

import (
	"math"
	"slices"
	"testing"

	"cnv/results"
)

// TestTargetsAreComparedByClass: of each class the answer says what its work is predicted
// best from, with the errors that the rows have.
func TestTargetsAreComparedByClass(t *testing.T) {
	rows := []results.ClassRow{
		{Workload: "w", Policy: "r target=cpu", Class: "a", Predictions: 9, MAPE: 0.2},
		{Workload: "w", Policy: "r target=cpu", Class: "b", Predictions: 9, MAPE: 0.1},
		{Workload: "w", Policy: "r target=cpu", Class: "never", MAPE: math.NaN()},
		{Workload: "w", Policy: "r target=counts", Class: "a", Predictions: 9, MAPE: 0.1512},
		{Workload: "w", Policy: "r target=counts", Class: "b", Predictions: 9, MAPE: 0.3},
		{Workload: "w", Policy: "r target=counts", Class: "never", MAPE: math.NaN()},
	}
	q := []Targets{{Name: "r", Policies: []string{"r target=cpu", "r target=counts"}, Targets: []string{"cpu", "counts"}}}
	want := []string{"On w, r predicts work with the least mean absolute error when it learns from CPU time for b (10.0 %; from all counts 30.0 %) and from all counts for a (15.1 %; from CPU time 20.0 %); over all runs, without intervals."}
	if got := targetsAnswer(rows, q); !slices.Equal(got, want) {
		t.Errorf("answer %q, want %q", got, want)
	}
	for i := range rows {
		rows[i].MAPE = 0.2
	}
	if got := targetsAnswer(rows, q); got != nil {
		t.Errorf("no error is less than another, and yet %q", got)
	}
	if got := targetsAnswer(rows[:3], q); got != nil {
		t.Errorf("nothing to compare, and yet %q", got)
	}
}
