package results

import (
	"math"
	"testing"
	"time"
)

// TestOneWarmUpForAWorkload: the first 200 of 4,000 requests take three times as long under one
// policy; what is left out of it, those at least, is left out of the other's runs too.
func TestOneWarmUpForAWorkload(t *testing.T) {
	s := NewRuns(Design{Workloads: []string{"w"}, Policies: []string{"slow at first", "even"}, Replications: 2, Steady: true}, "")
	for p := range 2 {
		for k := range 2 {
			r, err := s.Open(0, p, k, uint64(k), []string{"a"})
			if err != nil {
				t.Fatal(err)
			}
			for id := range uint64(4000) {
				at, took := time.Duration(id)*time.Second, time.Duration(9+id%3)*time.Second+time.Duration(k)*time.Millisecond
				if p == 0 && id < 200 {
					took *= 3
				}
				r.Add(&Request{ID: id, User: id, Arrival: at, Start: at, Finish: at + took, Ideal: time.Second, Status: 200})
			}
			if err := s.Add(0, p, r, r.Finish(4000*time.Second, Ledger{}, Counts{})); err != nil {
				t.Fatal(err)
			}
		}
	}
	cut := s.Rows(0, 0)[0].Trend.Warmup
	for p := range 2 {
		for k, row := range s.Rows(0, p) {
			v := func(column string) float64 { return row.Values[ColumnOf(column)] }
			left := math.Round(v("warmup_share") * 4000)
			if row.Trend.Warmup != cut || row.Trend.Endless || left < 200 || left > 300 || v("warmup_s") != left {
				t.Errorf("policy %d, run %d: %v requests are left out, %v s, %+v; want all alike, 200 to 300", p, k, left, v("warmup_s"), row.Trend)
			}
			if mean := v("steady_response_mean_s"); math.Abs(mean-10-0.001*float64(k)) > 0.01 || v("steady_requests") != 4000-left {
				t.Errorf("policy %d, run %d: mean %v s of %v requests, want 10 of %v", p, k, mean, v("steady_requests"), 4000-left)
			}
			if timed := v("steady_timed"); timed > 4000-left || timed < 4000-left-125 {
				t.Errorf("policy %d, run %d: the quantile is of %v requests, want those of whole 32nds of %v", p, k, timed, 4000-left)
			}
		}
	}
}
