package metered

import "testing"

// TestPlain: a plain build runs what is to be measured, and measures nothing.
func TestPlain(t *testing.T) {
	if Available() {
		t.Skip("a metered build")
	}
	ran := false
	if got := Measure(func() { ran = true }); !ran || got != (Counts{}) || All() != nil {
		t.Errorf("ran %v, counts %+v, kernels %d; want true, none and none", ran, got, len(All()))
	}
}
