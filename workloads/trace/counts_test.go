package trace

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cnv/policy"
	"cnv/workloads"
)

// countsTrace is a trace of two classes in one-minute bins.
func countsTrace(t testing.TB) string {
	dir := filepath.Join(t.TempDir(), "counts")
	w, err := create(dir, Header{Name: "counts", Kind: Counts, BinUS: 60e6, SpanUS: 600e6})
	if err != nil {
		t.Fatal(err)
	}
	w.classes = []class{one("web", "http"), one("cron", "timer")}
	for i := range int32(10) {
		w.count(bin{i, 0, 100 * i})
		w.count(bin{i, 1, 6})
	}
	if _, err := w.close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestPlacement: every rule keeps the counts of every bin and class, in order
// of time; what it does within a bin is what it says.
func TestPlacement(t *testing.T) {
	dir := countsTrace(t)
	size, err := workloads.NewSize("constant", time.Second, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range append([]Placement{""}, placements...) {
		w, err := Open(dir, Options{Replicate: None, Placement: p, Size: size})
		if err != nil {
			t.Fatal(err)
		}
		got := all(t, w, 5)
		counts := map[[2]int]int{}
		instants := map[time.Duration]bool{}
		for i, a := range got {
			if i > 0 && a.At < got[i-1].At || a.Work != time.Second {
				t.Fatalf("%q: arrival %d out of order or without work: %+v", p, i, a)
			}
			counts[[2]int{int(a.At / time.Minute), int(a.Class)}]++
			if a.Class == 0 {
				instants[a.At] = true
			}
		}
		for i := range 10 {
			if counts[[2]int{i, 0}] != 100*i || counts[[2]int{i, 1}] != 6 {
				t.Errorf("%q: bin %d holds %d and %d arrivals, want %d and 6", p, i, counts[[2]int{i, 0}], counts[[2]int{i, 1}], 100*i)
			}
		}
		if n := len(instants); (p == Burst) != (n == 9) {
			t.Errorf("%q: %d different instants", p, n)
		}
	}
}

// TestEvenPlacementByHand: three arrivals in a minute are at 10, 30 and 50 s.
func TestEvenPlacementByHand(t *testing.T) {
	got := Even.place(nil, 3, 60e6, policy.NewRand(1, "x", 0), 0)
	if !slices.Equal(got, []int64{10e6, 30e6, 50e6}) {
		t.Errorf("even = %v", got)
	}
	got = TimerPhase.place(nil, 2, 60e6, policy.NewRand(1, "x", 0), 0.5)
	if !slices.Equal(got, []int64{15e6, 45e6}) {
		t.Errorf("timer-phase = %v", got)
	}
}

// TestCountsBootstrap: replications of counts are whole windows of bins.
func TestCountsBootstrap(t *testing.T) {
	size, _ := workloads.NewSize("exponential", time.Second, 0, 0)
	w, err := Open(countsTrace(t), Options{Replicate: Blocks, Block: 2 * time.Minute, Size: size})
	if err != nil {
		t.Fatal(err)
	}
	perBin := make([]int, 10)
	for _, a := range all(t, w, 3) {
		if a.Class == 0 {
			perBin[a.At/time.Minute]++
		}
	}
	for i := 0; i < 10; i += 2 {
		if perBin[i]%200 != 0 || perBin[i+1] != perBin[i]+100 {
			t.Errorf("bins %v: window %d is not one of the trace", perBin, i/2)
		}
	}
}

// TestPlaceStaysInTheBin: whatever the rule, count and width, instants lie
// within the bin and there are as many as counted.
func TestPlaceStaysInTheBin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(placements).Draw(t, "placement")
		n := rapid.IntRange(0, 200).Draw(t, "n")
		width := rapid.Int64Range(1, 1<<40).Draw(t, "width")
		phase := rapid.Float64Range(0, 1).Filter(func(x float64) bool { return x < 1 }).Draw(t, "phase")
		rng := policy.NewRand(rapid.Uint64().Draw(t, "seed"), "placement", 0)
		got := p.place(nil, n, width, rng, phase)
		if len(got) != n {
			t.Fatalf("%d instants, want %d", len(got), n)
		}
		for _, at := range got {
			if at < 0 || at >= width {
				t.Fatalf("%d is not within the bin of %d", at, width)
			}
		}
	})
}

// TestBadCounts: what is wrong with counts is named with file and line.
func TestBadCounts(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"unsorted":  {"1,0,5\n0,0,5\n", "counts.csv:3: bin: 0 is before the line above (1)"},
		"late":      {"10,0,5\n", `counts.csv:2: bin: "10" is not an integer from 0 to 9`},
		"class":     {"1,2,5\n", `counts.csv:2: class: "2" is neither the number nor the name`},
		"twice":     {"1,0,5\n1,cron,6\n1,web,5\n", `counts.csv:4: class: "web" is in bin 1 twice`},
		"count":     {"1,0,-5\n", `counts.csv:2: count: "-5"`},
		"short":     {"1,0\n", "counts.csv:2: 2 cells, the header has 3"},
		"no counts": {"", "the trace is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := rewritten(t, "bin,class,count\n"+c.text)
			if _, err := Open(dir, Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error = %v, want it to contain %q", err, c.want)
			}
		})
	}
}
