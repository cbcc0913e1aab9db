package trace

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"cnv/workloads"
)

// logged is a trace of Poisson arrivals, at a rate per second, whose instants are
// cut to whole multiples of a resolution in microseconds.
func logged(rate float64, resolution int64, n int) string {
	rng := rand.New(rand.NewPCG(5, 5))
	var b strings.Builder
	b.WriteString("arrival_us,class,work_us\n")
	at := 0.0
	for i := range n {
		at += rng.ExpFloat64() / rate * 1e6
		fmt.Fprintf(&b, "%d,a,%d\n", int64(at)/resolution*resolution, i)
	}
	return b.String()
}

// TestResolution: what a recorder did to instants is found, told, and undone only
// where several arrivals have the same one.
func TestResolution(t *testing.T) {
	for _, c := range []struct {
		name   string
		text   string
		width  time.Duration
		spread string
	}{
		{"exact", logged(10, 1, 2000), 0, SpreadNone},
		{"seconds", logged(10, 1e6, 2000), time.Second, SpreadUniform},
		{"tenths", logged(10, 100e3, 2000), 100 * time.Millisecond, SpreadUniform},
		{"milliseconds", logged(1, 1000, 2000), time.Millisecond, SpreadNone},
		{"minutes", logged(1, 60e6, 2000), time.Minute, SpreadUniform},
		{"three seconds", logged(10, 3e6, 2000), 3 * time.Second, SpreadUniform},
		{"15 seconds", logged(1, 15e6, 2000), 15 * time.Second, SpreadUniform},
		{"5 minutes", logged(0.1, 300e6, 2000), 5 * time.Minute, SpreadUniform},
		{"20 ms", logged(10, 20e3, 20_000), 20 * time.Millisecond, SpreadUniform},
		{"few", logged(10, 1e6, 20), 0, SpreadNone},
	} {
		path := file(t, "x.csv", c.text)
		d, err := Describe(path)
		if err != nil {
			t.Fatal(err)
		}
		w, err := Open(path, Options{Replicate: None})
		if err != nil {
			t.Fatal(err)
		}
		notes := strings.Join(slices.Concat(w.Notes, w.Assumed), "\n")
		if told := strings.Contains(d.Resolution, fmt.Sprint("whole multiples of ", c.width)); told != (c.width > 0) {
			t.Errorf("%s: described as %q, want %v", c.name, d.Resolution, c.width)
		}
		if spread := strings.Contains(notes, "spread uniformly"); spread != (c.spread == SpreadUniform) {
			t.Errorf("%s: notes %q", c.name, notes)
		}
		last, moved := workloads.Arrival{Work: -time.Microsecond}, false
		for _, a := range all(t, w, 1) {
			if a.At < last.At || a.At >= w.Span || a.Work != last.Work+time.Microsecond {
				t.Fatalf("%s: %v with work %v after %v with %v, span %v", c.name, a.At, a.Work, last.At, last.Work, w.Span)
			}
			moved = moved || c.width > 0 && a.At%c.width != 0
			last = a
		}
		if moved != (c.spread == SpreadUniform) {
			t.Errorf("%s: moved %v", c.name, moved)
		}
		off, err := Open(path, Options{Replicate: None, Spread: SpreadNone})
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range all(t, off, 1) {
			if c.width > 0 && a.At%c.width != 0 {
				t.Fatalf("%s: %v although nothing is to be spread", c.name, a.At)
			}
		}
	}
}

// TestSpreadOfResamples: blocks keep the grid, so that resamples are spread as the
// recording is: to the dispersion of Poisson arrivals at a tenth of the resolution.
func TestSpreadOfResamples(t *testing.T) {
	path := file(t, "x.csv", logged(10, 1e6, 20_000))
	for _, how := range []string{Local, Blocks} {
		w, err := Open(path, Options{Replicate: how})
		if err != nil {
			t.Fatal(err)
		}
		c := make([]int32, int(w.Span/(100*time.Millisecond))+1)
		for _, a := range all(t, w, 2) {
			c[a.At/(100*time.Millisecond)]++
		}
		if got := dispersionOf(c, 1); got < 0.95 || got > 1.05 {
			t.Errorf("%s: dispersion at 100 ms is %.3g, want 1", how, got)
		}
	}
}

// TestSizeBesideDurations: durations are taken where they were recorded, and the
// size fills only what is missing.
func TestSizeBesideDurations(t *testing.T) {
	size, err := workloads.NewSize("constant", time.Second, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	path := file(t, "x.csv", "arrival_us,class,work_us,dur_us\n0,a,,100000\n1,a,,\n2,b,7,\n3,b,,\n")
	w, err := Open(path, Options{Replicate: None, WorkFrom: "duration", Size: size})
	if err != nil {
		t.Fatal(err)
	}
	want := []time.Duration{100 * time.Millisecond, time.Second, 7 * time.Microsecond, time.Second}
	sum := 0.0
	for i, a := range all(t, w, 1) {
		if a.Work != want[i] {
			t.Errorf("work of arrival %d is %v, want %v", i, a.Work, want[i])
		}
		sum += a.Work.Seconds()
	}
	if got := w.Load * w.Span.Seconds(); got < sum*0.999 || got > sum*1.001 {
		t.Errorf("the load says %v CPU-seconds, there are %v", got, sum)
	}
	if notes := strings.Join(slices.Concat(w.Notes, w.Assumed), "\n"); !strings.Contains(notes, "of 3 of 4 requests was not recorded: of 1 recorded wall durations are taken for it, of 2 it is drawn") {
		t.Errorf("notes %q", notes)
	}
}

// TestBlocksWarnOfTrend: windows in any order are for traces without a trend.
func TestBlocksWarnOfTrend(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	trace := func(rate func(t float64) float64) string {
		var b strings.Builder
		b.WriteString("arrival_us,class,work_us\n")
		for s := range 3600 {
			for range poissonCount(rng, rate(float64(s))) {
				fmt.Fprintf(&b, "%d,a,1\n", s*1_000_000)
			}
		}
		return b.String()
	}
	for name, c := range map[string]struct {
		rate func(t float64) float64
		warn bool
	}{
		"flat":  {func(float64) float64 { return 4 }, false},
		"ramp":  {func(t float64) float64 { return 2 + 4*t/3600 }, true},
		"crowd": {func(t float64) float64 { return map[bool]float64{true: 20, false: 3}[t > 1000 && t < 1300] }, true},
		"MMPP":  {telegraph(3, 7, 1, 5), false},
	} {
		w, err := Open(file(t, "x.csv", trace(c.rate)), Options{Replicate: Blocks, Spread: SpreadNone})
		if err != nil {
			t.Fatal(err)
		}
		if warned := strings.Contains(strings.Join(w.Notes, "\n"), "the rate has a trend"); warned != c.warn {
			t.Errorf("%s: warned %v, want %v: %q", name, warned, c.warn, w.Notes)
		}
	}
}

// TestLoadOfPoisson: more or less load of a recorded Poisson stream is a Poisson
// stream: M/M/1 at 0.8 has a mean response of 0.5 s whichever way it came about.
// 60,000 requests know it to within some 6 %.
func TestLoadOfPoisson(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	recorded := func(rate float64) string {
		var b strings.Builder
		b.WriteString("arrival_us,class,work_us\n")
		for at := 0.0; at < 7_500; at += rng.ExpFloat64() / rate {
			fmt.Fprintf(&b, "%d,a,%d\n", int64(at*1e6), int64(rng.ExpFloat64()*1e5))
		}
		return b.String()
	}
	for _, c := range []struct {
		rate, load float64
		replicate  string
	}{{4, 2, None}, {4, 2, Local}, {3.2, 2.5, Local}, {16, 0.5, None}, {16, 0.5, Local}, {4, 2, Blocks}} {
		w, err := Open(file(t, "x.csv", recorded(c.rate)), Options{Replicate: c.replicate})
		if err != nil {
			t.Fatal(err)
		}
		sum, n, free := 0.0, 0.0, time.Duration(0)
		for seed := range uint64(4) {
			free = 0
			for _, a := range all(t, w.AtLoad(c.load), seed) {
				free = max(free, a.At) + a.Work
				sum += (free - a.At).Seconds()
				n++
			}
		}
		if mean := sum / n; mean < 0.43 || mean > 0.57 {
			t.Errorf("%v/s at load %v, %s: mean response %.3g s, want 0.5", c.rate, c.load, c.replicate, mean)
		}
	}
}
