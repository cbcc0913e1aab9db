package calibrate

import (
	"math"
	"testing"
	"time"

	"cnv/policy"
	"cnv/workloads"
)

// TestRated: there are as many arrivals as are wanted, in order, within the span, and each
// work as often.
func TestRated(t *testing.T) {
	for _, rate := range []float64{0.5, 1, 2.5} {
		src := &rated{}
		for i := range 1000 {
			src.all = append(src.all, workloads.Arrival{At: time.Duration(i) * time.Second, Work: time.Duration(i)})
		}
		of := map[time.Duration]int{}
		var a workloads.Arrival
		last, n := time.Duration(0), 0
		out := Rated(src, rate, policy.NewRand(1, "test", 0))
		for out.Next(&a) {
			if a.At < last || a.At >= 1000*time.Second {
				t.Fatalf("rate %v: an arrival at %v after one at %v", rate, a.At, last)
			}
			last = a.At
			of[a.Work]++
			n++
		}
		if math.Abs(float64(n)-1000*rate) > 60 {
			t.Errorf("rate %v: %d arrivals of 1000", rate, n)
		}
		for work, k := range of {
			if float64(k) < math.Floor(rate) || float64(k) > math.Ceil(rate) {
				t.Fatalf("rate %v: request %d is there %d times", rate, work, k)
			}
		}
	}
}
