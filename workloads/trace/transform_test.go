package trace

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cnv/workloads"
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
			if len(got.Header.Transformations) != 1 || strings.Contains(got.String(), Warning) != (name != "window") {
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

// TestCountsTransform: windows are bins, and more load is the recorded counts with
// resamples on top: here of a rate that changes from bin to bin, so of themselves.
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

// TestThinThenScale: thinning and scaling do not cancel out: as many arrivals as
// there were, half of them recorded and the others from near, with all that they
// had, attributes too.
func TestThinThenScale(t *testing.T) {
	var text strings.Builder
	text.WriteString("arrival_us,class,work_us,attr\n")
	for i := range 4000 {
		fmt.Fprintf(&text, "%d,a,%d,n=%d\n", i*10_000+i%7, i, i)
	}
	path := file(t, "x.csv", text.String())
	out := filepath.Join(t.TempDir(), "out")
	if _, err := (Transform{Thin: 0.5, RateScale: 2, Seed: 3}).Apply(path, out); err != nil {
		t.Fatal(err)
	}
	r, err := open(out)
	if err != nil {
		t.Fatal(err)
	}
	e, err := r.events()
	if err != nil {
		t.Fatal(err)
	}
	defer e.l.close()
	n, recorded := 0, 0
	var a workloads.Arrival
	for {
		ok, err := e.next(&a)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			break
		}
		i := int(a.Work / time.Microsecond)
		if got, want := string(e.attrText), fmt.Sprintf("n=%d", i); got != want {
			t.Fatalf("arrival with work %d has attributes %q, want %q", i, got, want)
		}
		if n++; a.At == micros(int64(i*10_000+i%7)) {
			recorded++
		}
	}
	if n < 3780 || n > 4220 || recorded < 1840 || recorded > 2160 { // five standard deviations
		t.Errorf("%d arrivals, of which %d where they were: want 4000 and 2000", n, recorded)
	}
}

// TestTransformIsDeterministic: the same seed gives the same bytes, another
// one others; the real time of a window is kept.
func TestTransformIsDeterministic(t *testing.T) {
	in := file(t, "in.csv", "minute_utc,count\n1998-05-01 00:00:00,841\n1998-05-01 00:01:00,737\n1998-05-01 00:02:00,690\n")
	dir := filepath.Join(t.TempDir(), "in")
	if _, err := Import("worldcup", []string{in}, dir, ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	var sums []string
	for _, seed := range []uint64{1, 1, 2} {
		got, err := Transform{From: time.Minute, RateScale: 1.5, Seed: seed}.Apply(dir, filepath.Join(t.TempDir(), "out"))
		if err != nil {
			t.Fatal(err)
		}
		if e := got.Header.Epoch; e == nil || *e != "1998-05-01T00:01:00Z" {
			t.Errorf("epoch = %v", e)
		}
		sums = append(sums, got.Header.Files["counts.csv.gz"])
	}
	if sums[0] != sums[1] || sums[0] == sums[2] {
		t.Errorf("digests %v: want the first two alike, the third not", sums)
	}
}

// TestTransformedTracesAreValid: whatever is done to whatever arrivals, the
// outcome is a trace that lasts as long as it should, with nothing lost.
func TestTransformedTracesAreValid(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var b strings.Builder
		b.WriteString("arrival_us,class,work_us\n")
		at, n := 0, rapid.IntRange(1, 20).Draw(rt, "n")
		for range n {
			at += rapid.IntRange(0, 2e6).Draw(rt, "gap")
			fmt.Fprintf(&b, "%d,a,1\n", at)
		}
		x := Transform{
			TimeCompress: rapid.Float64Range(0.1, 1e4).Filter(func(x float64) bool { return x != 1 }).Draw(rt, "compress"),
			RateScale:    float64(rapid.IntRange(1, 4).Draw(rt, "scale")),
		}
		out := filepath.Join(t.TempDir(), "x")
		got, err := x.Apply(file(t, "in.csv", b.String()), out)
		if err != nil {
			rt.Fatal(err)
		}
		if errs := Validate(out); len(errs) > 0 {
			rt.Fatal(errs)
		}
		if all := got.Header.Records; all < int64(n) || x.RateScale == 1 && all > int64(n) {
			rt.Fatalf("%d arrivals at rate-scale %v, %d are recorded", all, x.RateScale, n)
		}
		// Instants are rounded down to microseconds before the span is taken.
		want := float64(at+1) / x.TimeCompress
		if off := float64(got.Header.SpanUS) - want; off < -1/x.TimeCompress || off > 1 {
			rt.Fatalf("span %d us, want %v", got.Header.SpanUS, want)
		}
	})
}

// TestTooSlowLeavesNothing: a trace that would last too long is refused before
// anything is written.
func TestTooSlowLeavesNothing(t *testing.T) {
	day := file(t, "in.csv", "arrival_us,class,work_us\n0,a,1\n86400000000,a,1\n")
	for _, path := range []string{day, countsTrace(t)} {
		for _, pace := range []float64{1e-5, 1e-300} {
			out := filepath.Join(t.TempDir(), "x")
			_, err := Transform{TimeCompress: pace}.Apply(path, out)
			if err == nil || !strings.Contains(err.Error(), "the trace would take more than") {
				t.Errorf("%s slowed to %v: error = %v", path, pace, err)
			}
			if left, _ := filepath.Glob(out); left != nil {
				t.Errorf("left behind: %v", left)
			}
		}
	}
}

// TestBins: counts are those of the arrivals, per class, whatever the source
// was; counting twice is counting once; totals stay.
func TestBins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "bins")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		at := rapid.SliceOfN(rapid.Int64Range(0, 5_000_000), 1, 200).Draw(t, "instants")
		slices.Sort(at)
		text := "arrival_us,class,work_us\n"
		want := map[[2]int64]int64{}
		for i, x := range at {
			class := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "class")
			if i == 0 {
				class = "a"
			}
			text += fmt.Sprintf("%d,%s,5\n", x, class)
			want[[2]int64{x / 1_500_000, int64(class[0] - 'a')}]++
		}
		file := filepath.Join(dir, "x.csv")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		once, fine, twice := filepath.Join(dir, "once"), filepath.Join(dir, "fine"), filepath.Join(dir, "twice")
		for _, s := range []struct {
			bin      time.Duration
			from, to string
		}{{1500 * time.Millisecond, file, once}, {500 * time.Millisecond, file, fine}, {1500 * time.Millisecond, fine, twice}} {
			if _, err := (Transform{Bin: s.bin}).Apply(s.from, s.to); err != nil {
				t.Fatal(err)
			}
			if errs := Validate(s.to); len(errs) > 0 {
				t.Fatal(errs)
			}
		}
		for _, dir := range []string{once, twice} {
			r, err := open(dir)
			if err != nil {
				t.Fatal(err)
			}
			bins, err := readCounts(r.path, &r.header, r.classes)
			if err != nil {
				t.Fatal(err)
			}
			got := map[[2]int64]int64{}
			for _, b := range bins {
				got[[2]int64{int64(b.index), int64(b.class)}] += int64(b.count)
			}
			if !maps.Equal(got, want) || r.header.Records != int64(len(at)) || r.header.SpanUS%1_500_000 != 0 {
				t.Fatalf("%s: %v over %d µs, want %v", dir, got, r.header.SpanUS, want)
			}
		}
	})
	made := filepath.Join(t.TempDir(), "made")
	if _, err := (Transform{Bin: 3 * time.Second}).Apply(writeBursts(t), made); err != nil {
		t.Fatal(err)
	}
	if _, err := (Transform{Bin: 4 * time.Second}).Apply(made, made+"2"); err == nil || !strings.Contains(err.Error(), "want a multiple of 3s") {
		t.Errorf("4 s from 3 s: %v", err)
	}
}
