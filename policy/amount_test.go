package policy

import (
	"math"
	"testing"
)

// TestAmountsOfWork: nothing, and a fraction of a second, are amounts of work; what is
// below, without end or no number is none.
func TestAmountsOfWork(t *testing.T) {
	for work, want := range map[float64]bool{0: true, 0.25: true, 3600: true, -0.25: false, math.Inf(1): false, math.NaN(): false} {
		if got := plausible(work); got != want {
			t.Errorf("%v is an amount of work: %v, want %v", work, got, want)
		}
	}
}

// TestFunctionTakesBodies: a body that is held may go to a function up to the bound,
// which 0 lifts; one that is streamed may not.
func TestFunctionTakesBodies(t *testing.T) {
	for _, c := range []struct {
		most, bytes int64
		streamed    bool
		want        bool
	}{
		{0, 0, false, true}, {0, 5, false, true}, {0, 5, true, false},
		{1, 1, false, true}, {1, 2, false, false}, {6, 6, false, true}, {6, 7, false, false},
	} {
		l := newLab(t, 1, Config{Spill: steadyFirst{}, Functions: &Functions{Share: 1, MaxBytes: c.most}})
		r := Request{Bytes: c.bytes, Streamed: c.streamed}
		if got := l.c.view.FunctionTakes(&r); got != c.want {
			t.Errorf("of at most %d bytes, a body of %d (streamed: %v): a function takes it: %v, want %v", c.most, c.bytes, c.streamed, got, c.want)
		}
	}
}
