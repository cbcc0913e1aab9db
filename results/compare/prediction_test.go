package compare

import (
	"math"
	"testing"
	"time"

	"cnv/results"
)

// predicting is a run whose requests are predicted off by a factor.
func predicting(factor float64) results.Row {
	r := results.NewRun(results.RunInfo{Predictions: true})
	for i := range 3000 {
		work := time.Duration(1+i) * time.Millisecond
		at := time.Duration(i) * time.Second
		r.Add(&results.Request{ID: uint64(i), Arrival: at, Start: at, Finish: at + work, Work: work, Known: true, Predicted: factor * work.Seconds()})
	}
	return r.Finish(time.Hour, results.Ledger{}, results.Counts{})
}

// TestPredictionsOfSeveralRuns: errors are of the predictions of all runs together.
func TestPredictionsOfSeveralRuns(t *testing.T) {
	rows := []results.Row{predicting(1), predicting(1.5)}
	if got, _, _ := Estimate(rows, "prediction_known_mape"); math.Abs(got-0.25) > 1e-9 {
		t.Errorf("off by %v, want 0.25", got)
	}
	want := math.Log(1.5) / 2
	if got, _, _ := Estimate(rows, "prediction_known_log_sigma"); math.Abs(got-want) > 1e-9 {
		t.Errorf("σ %v, want %v: half are off by one factor, half by none", got, want)
	}
}
