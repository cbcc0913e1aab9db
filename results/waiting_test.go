package results

import (
	"math"
	"testing"
	"time"
)

// TestWaitingIsNotMeasured: where nobody sees service begin, as in live runs,
// the mean waiting time is empty, not 0.
func TestWaitingIsNotMeasured(t *testing.T) {
	waiting := func(starts ...time.Duration) float64 {
		r := NewRun(RunInfo{})
		for i, start := range starts {
			at := time.Duration(i) * time.Second
			if start != Never {
				start += at
			}
			r.Add(&Request{ID: uint64(i), Arrival: at, Start: start, Finish: at + 3*time.Second, Ending: Answered})
		}
		row := r.Finish(time.Minute, Ledger{}, Counts{})
		for i, c := range Columns {
			if c.Name == "waiting_mean_s" {
				return row.Values[i]
			}
		}
		t.Fatal("there is no such column")
		return 0
	}
	if got := waiting(Never, Never); !math.IsNaN(got) {
		t.Errorf("without any begin of service: %v, want none", got)
	}
	if got := waiting(time.Second, 2*time.Second); got != 1.5 {
		t.Errorf("after waits of 1 and 2 s: %v", got)
	}
}
