package trace

import (
	"testing"

	"cnv/workloads"
)

// TestThinnedReplicationsAreResamples: replications of a Poisson recording that keep nine
// of ten arrivals differ by as much as fresh Poisson arrivals of that rate do, not by the
// tenth alone that is left out; and the recording itself is thinned once.
func TestThinnedReplicationsAreResamples(t *testing.T) {
	const n, keep, runs = 2000, 0.9, 200
	w, err := Open(file(t, "x.csv", logged(10, 1, n)), Options{Replicate: Thin, Thin: keep})
	if err != nil {
		t.Fatal(err)
	}
	sum, squares := 0.0, 0.0
	for seed := range uint64(runs) {
		k := float64(len(all(t, w, seed)))
		sum, squares = sum+k, squares+k*k
	}
	mean := sum / runs
	// Of 200 runs a variance is known to within 20 %; copies of one recording have 0.1 of it.
	if ratio := (squares/runs - mean*mean) / (keep * n); ratio < 0.7 || ratio > 1.3 {
		t.Errorf("the variance of the number of arrivals is %.2g of Poisson's", ratio)
	}
	if mean < 0.88*n || mean > 0.92*n {
		t.Errorf("%.4g arrivals in the mean, want %v", mean, keep*n)
	}
	src, err := w.AsRecorded(1, 1)
	if err != nil {
		t.Fatal(err)
	}
	k, a := 0.0, workloads.Arrival{}
	for src.Next(&a) {
		k++
	}
	if k < 0.87*n || k > 0.93*n {
		t.Errorf("the recording itself has %v arrivals of %d, want %v", k, n, keep*n)
	}
}
