package catalog

import (
	"math"
	"testing"
	"time"

	_ "cnv/internal/seeded"

	"pgregory.net/rapid"
)

// TestShareByTheDocumentedRule: memory / 1769, one vCPU at most.
func TestShareByTheDocumentedRule(t *testing.T) {
	for memory := FunctionMinMB; memory <= FunctionMaxMB; memory++ {
		share, note := FunctionShare(memory)
		if want := min(1, float64(memory)/1769); math.Abs(share-want) > 1e-12 {
			t.Fatalf("share at %d MB = %v, want %v", memory, share, want)
		}
		if (note == "") != (share == 1) {
			t.Fatalf("share %v at %d MB with note %q", share, memory, note)
		}
	}
}

// TestShareTableTellsRecordedDurations: work / share + floor gives recorded
// durations back, whatever their shape. The first is AWS's own example (primes,
// no floor), which is not 1/memory; the second 500 puts to S3 under Node.js 18
// (mbwilding/lambda-benchmark, medians) over a floor of 12.6 s, of which the
// documented rule, fitted at 256 MB, says 26.2 s instead of 34.3 s at 128 MB.
func TestShareTableTellsRecordedDurations(t *testing.T) {
	for _, c := range []struct {
		name  string
		floor float64 // s
		work  float64 // s on a vCPU of its own
		took  map[int]float64
	}{
		{"primes", 0, 1.27, map[int]float64{128: 11.72, 512: 6.68, 1024: 3.19, 1536: 1.47}},
		{"puts", 12.6, 0.5, map[int]float64{128: 34.3, 256: 19.4, 384: 16.3, 512: 15.1, 1024: 13.6, 2048: 13.2}},
	} {
		var points []SharePoint
		for memory, s := range c.took {
			points = append(points, SharePoint{memory, c.work / (s - c.floor)})
		}
		table, err := NewShareTable(points...)
		if err != nil {
			t.Fatal(err)
		}
		for memory, want := range c.took {
			if got := c.floor + c.work/table.At(memory); math.Abs(got-want) > 1e-9 {
				t.Errorf("%s at %d MB: %v s, want %v s", c.name, memory, got, want)
			}
		}
	}
	at256, _ := FunctionShare(256)
	at128, _ := FunctionShare(128)
	if got := 12.6 + (19.4-12.6)*at256/at128; math.Abs(got-26.2) > 0.05 {
		t.Errorf("the documented rule gives %v s at 128 MB: the note in FunctionShare is wrong", got)
	}
}

// TestSharesBetweenPoints stay between those of the neighbours, and outside
// of all points at the nearest.
func TestSharesBetweenPoints(t *testing.T) {
	table, err := NewShareTable(SharePoint{1024, 0.5}, SharePoint{256, 0.25}, SharePoint{2048, 1})
	if err != nil {
		t.Fatal(err)
	}
	for memory, want := range map[int]float64{128: 0.25, 256: 0.25, 640: 0.375, 1024: 0.5, 1536: 0.75, 2048: 1, 10240: 1} {
		if got := table.At(memory); got != want {
			t.Errorf("share at %d MB = %v, want %v", memory, got, want)
		}
	}
}

func TestUnusableShareTablesAreRefused(t *testing.T) {
	for _, points := range [][]SharePoint{
		{}, {{127, 0.1}}, {{10241, 1}}, {{512, 0}}, {{512, 1.1}}, {{512, math.NaN()}}, {{512, 0.3}, {512, 0.4}},
	} {
		if table, err := NewShareTable(points...); err == nil {
			t.Errorf("%v was taken as %v", points, table)
		}
	}
}

// TestColdStartsAreDistributions: quantiles never fall, and At runs through
// them on straight lines.
func TestColdStartsAreDistributions(t *testing.T) {
	for _, runtime := range Runtimes() {
		for _, arch := range []Arch{X86, ARM} {
			c, err := ColdStartOf(runtime, arch)
			if err != nil {
				t.Fatal(err)
			}
			if c.Samples < 1000 || c.Quantiles[0] <= 0 {
				t.Errorf("%s on %v: %+v", runtime, arch, c)
			}
			for i, level := range ColdStartLevels {
				if got := c.At(level); got != c.Quantiles[i] {
					t.Errorf("%s on %v: quantile %v = %v, recorded %v", runtime, arch, level, got, c.Quantiles[i])
				}
			}
			rapid.Check(t, func(t *rapid.T) {
				p, q := rapid.Float64Range(0, 1).Draw(t, "p"), rapid.Float64Range(0, 1).Draw(t, "q")
				if c.At(min(p, q)) > c.At(max(p, q)) {
					t.Errorf("%s on %v: quantile %v above quantile %v", runtime, arch, min(p, q), max(p, q))
				}
			})
		}
	}
}

// TestGoStartsColdAsRecorded: the figures of calibration, and half way
// between the median and the upper quartile.
func TestGoStartsColdAsRecorded(t *testing.T) {
	c, err := ColdStartOf("go", X86)
	if err != nil {
		t.Fatal(err)
	}
	for p, want := range map[float64]time.Duration{
		0.5: 50850 * time.Microsecond, 0.9: 56370 * time.Microsecond, 0.99: 71610 * time.Microsecond, 1: 92750 * time.Microsecond,
		0.625: 51675 * time.Microsecond, -1: 38720 * time.Microsecond, 2: 92750 * time.Microsecond,
	} {
		if got := c.At(p); got != want {
			t.Errorf("quantile %v = %v, want %v", p, got, want)
		}
	}
	if _, err := ColdStartOf("cobol", X86); err == nil {
		t.Error("cobol has cold starts")
	}
}
