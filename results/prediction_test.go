package results

import (
	"math"
	"strings"
	"testing"
	"time"
)

// predicting is a run whose requests are predicted off by factors in turn; every
// third prediction is a mean.
func predicting(t *testing.T, info RunInfo, factors ...float64) Row {
	t.Helper()
	info.Classes = []string{"a"}
	r := NewRun(info)
	for i := range 3000 {
		work := time.Duration(1+i) * time.Millisecond
		q := Request{ID: uint64(i), Arrival: time.Duration(i) * time.Second, Work: work, Measured: work, Known: i%3 != 0}
		q.Start, q.Finish = q.Arrival, q.Arrival+work
		q.Predicted = float64(work) / 1e9 * factors[i%len(factors)]
		if !q.Known {
			q.Predicted = 1
		}
		if i%2 == 0 { // in the simulator
			q.Measured = 0
		} else { // another's work
			q.Work = time.Hour
		}
		if i%100 == 99 { // a client left, which says nothing of the work
			q.Ending, q.Finish = TimedOut, Never
		}
		r.Add(&q)
	}
	return r.Finish(time.Hour, Ledger{}, Counts{Keyed: 200, Recognised: 50, StoreWrites: 7, StoreReads: 1.5})
}

// TestPredictionErrors: errors are of what was predicted and measured, those of the
// estimator apart; without a policy that looks at predictions there are none.
func TestPredictionErrors(t *testing.T) {
	at := func(r Row, name string) float64 { return r.Values[ColumnOf(name)] }
	r := predicting(t, RunInfo{Predictions: true, Seed: 1}, 1.25, 0.8)
	for name, want := range map[string]float64{
		"predictions": 2970, "prediction_known_share": 1980. / 2970, "prediction_known_mape": 0.225, "prediction_known_log_sigma": math.Log(1.25),
		"lru_hit_ratio": 0.25, "store_writes": 7, "store_reads": 1.5,
	} {
		if got := at(r, name); math.Abs(got-want) > 0.002 {
			t.Errorf("%s = %v, want %v", name, got, want)
		}
	}
	if tau := at(r, "prediction_known_tau"); !(tau > 0.7 && tau < 0.95) {
		t.Errorf("τ of good predictions = %v", tau)
	}
	if tau := at(r, "prediction_unknown_tau"); !math.IsNaN(tau) {
		t.Errorf("τ of one prediction for all = %v, want none", tau)
	}
	if all, known, unknown := at(r, "prediction_mape"), at(r, "prediction_known_mape"), at(r, "prediction_unknown_mape"); !(all > known && all < unknown) {
		t.Errorf("errors of all %v, known %v, unknown %v", all, known, unknown)
	}
	if again := predicting(t, RunInfo{Predictions: true, Seed: 1}, 1.25, 0.8); at(again, "prediction_tau") != at(r, "prediction_tau") {
		t.Error("τ differs between equal runs")
	}
	silent := predicting(t, RunInfo{}, 1)
	for i := range Columns {
		if name := Columns[i].Name; strings.HasPrefix(name, "prediction") && !math.IsNaN(silent.Values[i]) {
			t.Errorf("%s = %v where nobody looks at predictions", name, silent.Values[i])
		}
	}
	exact := predicting(t, RunInfo{Predictions: true}, 1)
	if at(exact, "prediction_known_mape") != 0 || at(exact, "prediction_known_tau") != 1 || at(exact, "prediction_known_log_sigma") != 0 {
		t.Error("exact predictions have errors")
	}
}

// TestNoErrorWithoutMeasurement: a prediction of which nothing was measured has no error, and
// nor has a request of which nothing was predicted; what was measured comes before the work
// that was drawn.
func TestNoErrorWithoutMeasurement(t *testing.T) {
	for _, c := range []struct {
		q   Request
		off float64
		ok  bool
	}{
		{Request{Predicted: 1}, 0, false},
		{Request{Predicted: 1, Work: -1}, 0, false},
		{Request{Predicted: 0, Work: time.Second}, 0, false},
		{Request{Predicted: math.NaN(), Work: time.Second}, 0, false},
		{Request{Predicted: 3, Work: 2 * time.Second}, 0.5, true},
		{Request{Predicted: 3, Work: 2 * time.Second, Measured: 4 * time.Second}, 0.25, true},
	} {
		p := newPredictions(1)
		if off, ok := p.add(&c.q); off != c.off || ok != c.ok || (p.all.n == 1) != ok {
			t.Errorf("%+v: %v, %v, %v counted", c.q, off, ok, p.all.n)
		}
	}
}
