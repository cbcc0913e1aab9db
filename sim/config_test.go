package sim

import (
	"testing"
	"time"
)

// TestSampleEvery: a run has a hundred points at least, and ten seconds are
// between them at most.
func TestSampleEvery(t *testing.T) {
	for _, c := range []struct{ span, want time.Duration }{
		{0, 10 * time.Second}, {time.Hour, 10 * time.Second}, {1000 * time.Second, 10 * time.Second}, {999 * time.Second, 5 * time.Second},
		{100 * time.Second, time.Second}, {99 * time.Second, 500 * time.Millisecond}, {15 * time.Second, 100 * time.Millisecond},
		{time.Second, 10 * time.Millisecond}, {time.Millisecond, 10 * time.Millisecond},
	} {
		cfg := Config{Span: c.span}
		if got := cfg.SampleEvery(); got != c.want {
			t.Errorf("a run of %v is sampled every %v, want %v", c.span, got, c.want)
		}
	}
}
