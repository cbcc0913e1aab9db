package trace

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestTransforms: totals, spans and dispersion by hand.
func TestTransforms(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made")
	h, err := Generate(generated(t), 1, dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		t         Transform
		span      time.Duration
		low, most float64 // of the share of arrivals
	}{
		"window":        {Transform{From: 30 * time.Second, To: 90 * time.Second}, time.Minute, 0.45, 0.55},
		"thin":          {Transform{Thin: 0.5}, 2 * time.Minute, 0.45, 0.55},
		"rate-scale":    {Transform{RateScale: 2.5}, 2 * time.Minute, 2.4, 2.6},
		"time-compress": {Transform{TimeCompress: 4}, 30 * time.Second, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "out")
			got, err := c.t.Apply(dir, out)
			if err != nil {
				t.Fatal(err)
			}
			share := float64(got.Header.Records) / float64(h.Records)
			if micros(got.Header.SpanUS) != c.span || share < c.low || share > c.most {
				t.Errorf("span %v, share %.3f; want %v, %v to %v", micros(got.Header.SpanUS), share, c.span, c.low, c.most)
			}
			if errs := Validate(out); len(errs) > 0 {
				t.Error(errs)
			}
			if len(got.Header.Transformations) != 1 || !strings.Contains(got.String(), Warning) {
				t.Errorf("it does not say what was done: %v", got)
			}
			if i := got.Before[0].Index; i < 0.7 || i > 1.3 {
				t.Errorf("index of dispersion of Poisson arrivals = %v, want 1 within 0.3", i) // 120 windows
			}
		})
	}
	for _, bad := range []Transform{{}, {Thin: 2}, {RateScale: -1}, {From: time.Hour}, {From: 5, To: 5}} {
		if _, err := bad.Apply(dir, filepath.Join(t.TempDir(), "x")); err == nil {
			t.Errorf("%+v was applied", bad)
		}
	}
}

// TestCountsTransform: counts are thinned arrival by arrival, windows are bins.
func TestCountsTransform(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	got, err := Transform{From: 2 * time.Minute, To: 4 * time.Minute, RateScale: 3}.Apply(countsTrace(t), out)
	if err != nil {
		t.Fatal(err)
	}
	if got.Header.Records != 3*(200+300+12) || micros(got.Header.SpanUS) != 2*time.Minute {
		t.Errorf("%d arrivals over %v", got.Header.Records, micros(got.Header.SpanUS))
	}
	if got.Before[0].Known || !got.Before[2].Known {
		t.Error("dispersion within a bin of counts was stated")
	}
}
