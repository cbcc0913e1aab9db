package trace

import (
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	_ "cnv/internal/seeded"
	"cnv/workloads"
)

// TestSlices: the two halves of a recording have all its arrivals, each once, at
// their instants within it, events and counts alike.
func TestSlices(t *testing.T) {
	constant, err := workloads.NewSize("constant", time.Millisecond, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	events := write(t, "arrival_us,class\n0,a\n3,b\n3,a\n1000003,b\n1999999,a\n2000000,a\n3999999,b\n", "e.csv")
	counts := filepath.Join(t.TempDir(), "counts")
	if _, err := (Transform{Bin: time.Second}).Apply(events, counts); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		file := rapid.SampledFrom([]string{events, counts}).Draw(t, "file")
		cut := rapid.SampledFrom([]float64{0.25, 0.5, 0.75}).Draw(t, "cut")
		play := func(slice [2]float64) (at []time.Duration, span time.Duration) {
			w, err := Open(file, Options{Replicate: None, Slice: slice, Size: constant, Placement: Even})
			if err != nil {
				t.Fatal(err)
			}
			src, err := w.Open(1)
			if err != nil {
				t.Fatal(err)
			}
			var a workloads.Arrival
			for src.Next(&a) {
				at = append(at, a.At)
			}
			return at, w.Span
		}
		all, span := play([2]float64{})
		first, one := play([2]float64{0, cut})
		second, two := play([2]float64{cut, 1})
		for _, at := range second {
			first = append(first, at+one)
		}
		if one+two != span || len(first) != len(all) {
			t.Fatalf("%v and %v of %v; %d arrivals of %d", one, two, span, len(first), len(all))
		}
		for i := range all {
			if all[i] != first[i] {
				t.Fatalf("arrival %d at %v, want %v", i, first[i], all[i])
			}
		}
	})
	for _, bad := range [][2]float64{{0.5, 0.5}, {-1, 1}, {0, 2}} {
		if _, err := Open(events, Options{Replicate: None, Slice: bad, Size: constant}); err == nil {
			t.Errorf("%v was taken", bad)
		}
	}
}
