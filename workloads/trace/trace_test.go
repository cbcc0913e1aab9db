package trace

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cnv/policy"
	"cnv/workloads"
)

// file writes a file into a new folder and returns its path.
func file(t testing.TB, name, text string) string {
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// all reads a source to its end.
func all(t testing.TB, w *workloads.Workload, seed uint64) []workloads.Arrival {
	src, err := w.Open(seed)
	if err != nil {
		t.Fatal(err)
	}
	var out []workloads.Arrival
	var a workloads.Arrival
	for src.Next(&a) {
		out = append(out, a)
	}
	if err := src.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestBareFile: a CSV file with the three columns is a trace; classes are
// those it names.
func TestBareFile(t *testing.T) {
	path := file(t, "log.csv", "\xef\xbb\xbfarrival_us,class,work_us\r\n0,b,1000000\r\n1500000,\"a, or so\",500000\r\n1500000,b,250000\r\n\r\n")
	w, err := Open(path, Options{Replicate: None})
	if err != nil {
		t.Fatal(err)
	}
	got := all(t, w, 1)
	if len(got) != 3 || got[1].At != 1500*time.Millisecond || got[1].Class != 1 || got[2].Work != 250*time.Millisecond {
		t.Errorf("arrivals = %+v", got)
	}
	if w.Classes[1].Name != "a, or so" || w.Span != 1500001*time.Microsecond || w.Replicates != "none" {
		t.Errorf("workload = %+v", w)
	}
	if want := 1.75 / 1.500001; w.Load < want-1e-9 || w.Load > want+1e-9 {
		t.Errorf("load = %v, want %v", w.Load, want)
	}
}

// TestBadFiles: what is wrong is named with file, line and column.
func TestBadFiles(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"unsorted":       {"arrival_us,class,work_us\n5,a,1\n4,a,1\n", "x.csv:3: arrival_us: 4 is before the line above (5)"},
		"negative":       {"arrival_us,class,work_us\n-5,a,1\n", `x.csv:2: arrival_us: "-5"`},
		"no number":      {"arrival_us,class,work_us\n5,a,1\n6,a,NaN\n", `x.csv:3: work_us: "NaN"`},
		"empty":          {"", "x.csv:1: the file is empty"},
		"only a header":  {"arrival_us,class,work_us\n", "the trace is empty"},
		"unknown column": {"arrival_us,class,work\n", `x.csv:1: unknown column "work"`},
		"column twice":   {"arrival_us,class,class\n", `x.csv:1: column "class" is there twice`},
		"missing column": {"class,work_us\n", `x.csv:1: no column "arrival_us"`},
		"short line":     {"work_us,arrival_us,class\n5\n", "x.csv:2: 1 cells"},
		"empty arrival":  {"arrival_us,class,work_us\n,a,1\n", `x.csv:2: arrival_us: ""`},
		"blank line":     {"arrival_us,class,work_us\n\n5,a,1\n", "x.csv:2: empty line"},
		"too late":       {"arrival_us,class,work_us\n99999999999999999,a,1\n", "x.csv:2: arrival_us"},
		"long line":      {"arrival_us,class,work_us\n5," + strings.Repeat("x", maxLine) + ",1\n", "x.csv:2: the line is longer"},
		"no work":        {"arrival_us,class,work_us\n5,a,\n", "has no work_us"},
		"quote":          {"arrival_us,class,work_us\n5,\"a,1\n", "x.csv:2:"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(file(t, "x.csv", c.text), Options{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error = %v, want it to contain %q", err, c.want)
			}
		})
	}
	if _, err := Open(file(t, "x.csv", "arrival_us,class\n1,a\n"), Options{}); !errors.Is(err, ErrNoWork) {
		t.Errorf("error = %v, want ErrNoWork", err)
	}
}

// TestTruncatedGzip: a compressed file that is cut off is an error with the line.
func TestTruncatedGzip(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	fmt.Fprintln(z, "arrival_us,class,work_us")
	for i := range 5000 {
		fmt.Fprintf(z, "%d,a,%d\n", i*1000, i*i%7919)
	}
	z.Close()
	whole := file(t, "x.csv.gz", b.String())
	if _, err := Open(whole, Options{}); err != nil {
		t.Fatalf("the whole file: %v", err)
	}
	for _, n := range []int{b.Len() / 2, b.Len() - 4} {
		_, err := Open(file(t, "x.csv.gz", b.String()[:n]), Options{})
		if err == nil || !strings.Contains(err.Error(), "cut off") {
			t.Errorf("cut at %d of %d: %v, want \"cut off\"", n, b.Len(), err)
		}
	}
}

// a made-up workload to be written as a trace.
func generated(t testing.TB) *workloads.Workload {
	g := workloads.Poisson{Rate: 20, Duration: 2 * time.Minute}
	w, err := g.Workload("made", workloads.Own())
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestGenerateReplays: a generated workload written as a trace and replayed
// is itself, to the microsecond, and the trace is valid.
func TestGenerateReplays(t *testing.T) {
	w := generated(t)
	dir := filepath.Join(t.TempDir(), "made")
	h, err := Generate(w, 3, dir)
	if err != nil {
		t.Fatal(err)
	}
	if errs := Validate(dir); len(errs) > 0 {
		t.Fatal(errs)
	}
	again, err := Open(dir, Options{Replicate: None})
	if err != nil {
		t.Fatal(err)
	}
	want, got := all(t, w, 3), all(t, again, 1)
	if len(got) != len(want) || int64(len(want)) != h.Records {
		t.Fatalf("%d arrivals, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i].At != want[i].At.Truncate(time.Microsecond) || got[i].Work != want[i].Work.Truncate(time.Microsecond) ||
			got[i].Class != want[i].Class || got[i].Features != want[i].Features {
			t.Fatalf("arrival %d:\n got %+v\nwant %+v", i, got[i], want[i])
		}
	}
	if len(again.Synthesised) == 0 {
		t.Error("nothing is named as synthesised")
	}
	if _, err := Generate(w, 3, dir); err == nil {
		t.Error("an existing trace was overwritten")
	}
}

// TestShippedTrace: the project's own trace is valid and replays.
func TestShippedTrace(t *testing.T) {
	if errs := Validate(Shipped + "recorded"); len(errs) > 0 {
		t.Fatal(errs)
	}
	w, err := Open(Shipped+"recorded", Options{Replicate: None})
	if err != nil {
		t.Fatal(err)
	}
	if got := all(t, w, 1); len(got) != 701 || got[0].Key == 0 || got[0].Features == [policy.MaxFeatures]float64{} {
		t.Errorf("%d arrivals, first %+v", len(got), got[0])
	}
}

// TestBlocksAreWholeWindows: a bootstrap is windows of the trace, whole and in
// their inner order, the same for a seed and other for another.
func TestBlocksAreWholeWindows(t *testing.T) {
	var b strings.Builder
	b.WriteString("arrival_us,class,work_us\n")
	for i := range 200 {
		fmt.Fprintf(&b, "%d,a,%d\n", i*50_000, i) // 10 s, work names the arrival
	}
	w, err := Open(file(t, "x.csv", b.String()), Options{Replicate: Blocks, Block: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	one, again, other := all(t, w, 1), all(t, w, 1), all(t, w, 2)
	if !slices.Equal(one, again) || slices.Equal(one, other) {
		t.Error("the same seed must give the same arrivals, another seed others")
	}
	seen := map[int64]bool{}
	for i, a := range one {
		k := a.Work.Microseconds()
		seen[k/20] = true
		if at := a.At % time.Second; at != time.Duration(k%20)*50*time.Millisecond {
			t.Fatalf("arrival %d is the %d-th of the trace at %v within its window", i, k, at)
		}
		if i > 0 && a.At < one[i-1].At {
			t.Fatal("not in order")
		}
	}
	if n := len(seen); n == 1 || n == 10 {
		t.Errorf("%d of 10 windows drawn: that is no bootstrap", n)
	}
}

// TestBlocksCoverTheTrace: whatever length is asked for, every arrival is in
// some window, the last ones too.
func TestBlocksCoverTheTrace(t *testing.T) {
	var b strings.Builder
	b.WriteString("arrival_us,class,work_us\n")
	for i := range 3600 {
		fmt.Fprintf(&b, "%d,a,%d\n", i*1_000_000, i)
	}
	path := file(t, "x.csv", b.String())
	for _, block := range []time.Duration{0, 25 * time.Minute, 1000 * time.Second, 7 * time.Minute, 50 * time.Minute, time.Second} {
		w, err := Open(path, Options{Replicate: Blocks, Block: block})
		if block == 50*time.Minute {
			if err == nil {
				t.Errorf("%v: one window is no bootstrap", block)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		late := 0
		for seed := range uint64(40) {
			for _, a := range all(t, w, seed) {
				if a.Work >= 3590*time.Microsecond {
					late++
				}
			}
		}
		if late < 40 || late > 1600 { // 400 are expected
			t.Errorf("block %v: the last ten arrivals came %d times in 40 replications, want about 400", block, late)
		}
	}
}

// TestThin keeps about the given share, the same arrivals whatever the policy.
func TestThin(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made")
	if _, err := Generate(generated(t), 1, dir); err != nil {
		t.Fatal(err)
	}
	whole, _ := Open(dir, Options{Replicate: None})
	w, err := Open(dir, Options{Replicate: Thin, Thin: 0.3})
	if err != nil {
		t.Fatal(err)
	}
	n, got := float64(len(all(t, whole, 1))), float64(len(all(t, w, 1)))
	// Binomial: five standard deviations of about 2,400 arrivals are 0.047.
	if share := got / n; share < 0.25 || share > 0.35 {
		t.Errorf("kept %.3f, want 0.3 within 0.05", share)
	}
}

// TestRecordedDuration: the quantiles of what is drawn are those recorded,
// and the mean is the stated one.
func TestRecordedDuration(t *testing.T) {
	q := []float64{0.01, 0.02, 0.1, 0.2, 0.5, 3, 8}
	d := newRecordedDuration(q)
	r := policy.NewRand(1, "size", 0)
	const n = 200_000
	xs := make([]float64, n)
	sum := 0.0
	for i := range xs {
		xs[i] = d.Draw(r.At(uint64(i)))
		sum += xs[i]
	}
	slices.Sort(xs)
	for i, p := range durationQuantiles[1:6] {
		if got := xs[int(p.p*n)]; got < q[i+1]*0.95 || got > q[i+1]*1.05 {
			t.Errorf("quantile %v = %v, want %v within 5 %%", p.p, got, q[i+1])
		}
	}
	if mean := sum / n; mean < d.Mean()*0.98 || mean > d.Mean()*1.02 {
		t.Errorf("mean of draws = %v, stated %v", mean, d.Mean())
	}
}

// TestWriteRead: any arrivals that are written are read again.
func TestWriteRead(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir := filepath.Join(t.TempDir(), "x")
		w, err := create(dir, Header{Name: "x", Kind: Events, Synthesised: fieldNames[:]})
		if err != nil {
			rt.Fatal(err)
		}
		w.classes = []class{one("a", ""), one("b", "http", "f", "g")}
		var want []workloads.Arrival
		at := int64(0)
		for range rapid.IntRange(1, 40).Draw(rt, "n") {
			at += int64(rapid.IntRange(0, 1e7).Draw(rt, "gap"))
			a := bare(at)
			a.Class = policy.ClassID(rapid.IntRange(0, 1).Draw(rt, "class"))
			a.Work = micros(int64(rapid.IntRange(0, 1e6).Draw(rt, "work")))
			for _, f := range []*int64{&a.Memory, &a.BytesIn, &a.BytesOut} {
				*f = int64(rapid.IntRange(-1, 1e6).Draw(rt, "number"))
			}
			a.Status = int32(rapid.SampledFrom([]int{-1, 0, 200, 503}).Draw(rt, "status"))
			w.event(&a, nil)
			want = append(want, a)
		}
		if _, err := w.close(); err != nil {
			rt.Fatal(err)
		}
		if errs := Validate(dir); len(errs) > 0 {
			rt.Fatal(errs)
		}
		e, err := newEventReader(filepath.Join(dir, "events.csv.gz"), w.classes, true)
		if err != nil {
			rt.Fatal(err)
		}
		defer e.l.close()
		for i := range want {
			var a workloads.Arrival
			if ok, err := e.next(&a); !ok || err != nil || a != want[i] {
				rt.Fatalf("arrival %d: %v %v\n got %+v\nwant %+v", i, ok, err, a, want[i])
			}
		}
	})
}
