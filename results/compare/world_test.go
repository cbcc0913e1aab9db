package compare

import (
	"fmt"
	"math"
	"testing"

	"cnv/results"
)

// worldsOf are worlds in which one pair of policies was run: by world, the constants
// and the difference there and as it is.
func worldsOf(names []string, values [][]float64, diff, asIs func(k int) float64) *Worlds {
	w := &Worlds{}
	for _, n := range names {
		w.Constants = append(w.Constants, Constant{Name: n, Text: "%s s of " + n})
	}
	for k, v := range values {
		w.Rows = append(w.Rows, WorldRow{World: k, Workload: "steady", Policy: "b", Against: "a", Metric: results.AvoidableMisses, Diff: diff(k), AsIs: asIs(k), Values: v})
	}
	return w
}

// drawnEvenly are n worlds of two constants: boot rises evenly from 10 on, cold falls and
// rises again.
func drawnEvenly(n int) (values [][]float64) {
	for k := range n {
		values = append(values, []float64{10 + float64(k), float64((7 * k) % n)})
	}
	return values
}

var fewerMisses = []Finding{{"steady", "b", "a", results.AvoidableMisses, -1}}

// TestHeldFindsTheThreshold: the constant whose threshold separates the worlds in which
// the sign turns is named with it, whichever side they are on.
func TestHeldFindsTheThreshold(t *testing.T) {
	values := drawnEvenly(20)
	asIs := func(int) float64 { return -1 }
	for _, c := range []struct {
		turns func(k int) bool
		holds int
		want  string
	}{
		{func(k int) bool { return values[k][0] < 15 }, 15, "below 14.5 s of boot"},
		{func(k int) bool { return values[k][0] > 22 }, 13, "above 22.5 s of boot"},
		{func(k int) bool { return values[k][1] < 6 }, 14, "below 5.5 s of cold"},
		{func(k int) bool { return values[k][0] < 15 || k == 19 }, 14, "below 14.5 s of boot"}, // one world in twenty errs
		{func(k int) bool { return k%2 == 0 }, 10, ""},                                         // no threshold separates these
		{func(k int) bool { return k == 0 }, 19, ""},                                           // one world is luck
		{func(int) bool { return false }, 20, ""},
		{func(int) bool { return true }, 0, ""},
	} {
		w := worldsOf([]string{"boot", "cold"}, values, func(k int) float64 {
			if c.turns(k) {
				return 0.5
			}
			return -0.5
		}, asIs)
		held := w.Held(fewerMisses)
		if len(held) != 1 || held[0].Drawn != 20 || held[0].Holds != c.holds || held[0].Turn != c.want {
			t.Errorf("%+v, want %d of 20 and %q", held, c.holds, c.want)
		}
	}
}

// TestHeldCountsEveryWorld: a finding holds in a world whose difference has its sign, of
// all that were drawn: not where there is no difference or no value, nor is a world left
// out as its seed has the opposite sign without the world.
func TestHeldCountsEveryWorld(t *testing.T) {
	diffs := []float64{-1, 0, 1, 1, math.NaN(), -1, math.Inf(-1), math.Inf(1)}
	asIs := []float64{-1, 0, 1, -1, -1, 1, -1, -1}
	w := worldsOf([]string{"boot", "cold"}, drawnEvenly(len(diffs)), func(k int) float64 { return diffs[k] }, func(k int) float64 { return asIs[k] })
	h := w.Held(fewerMisses)[0]
	if h.Drawn != 8 || h.Holds != 3 || h.Opposite != 3 || h.Chance != 1 || h.Idle != 1 {
		t.Errorf("%+v, want 3 (twice -1, -∞) of 8: in three the opposite, in one of them also as it is; one has no difference, nor as it is, one no value", h)
	}
	if h.Robust() {
		t.Error("3 of 8 is robust")
	}
	if h := (Held{Drawn: 20, Holds: 18}); !h.Robust() {
		t.Error("18 of 20 is not robust")
	}
	if h := (Held{}); h.Robust() {
		t.Error("no world at all is robust")
	}
	if other := w.Held([]Finding{{"steady", "c", "a", results.AvoidableMisses, -1}}); other != nil {
		t.Errorf("a finding without worlds has %+v", other)
	}
}

// TestNoFindingNoWorlds: what is not known, or the same, is no finding.
func TestNoFindingNoWorlds(t *testing.T) {
	row := func(verdict string, primary bool) Compared {
		return Compared{Workload: "steady", Policy: "b", Against: "a", Metric: results.AvoidableMisses, Diff: -1, Verdict: verdict, Primary: primary}
	}
	got := Found([]Compared{row(NotKnown, true), row(Same, true), row(Better, false), row(Better, true), row("", true)})
	if len(got) != 1 || got[0] != fewerMisses[0] {
		t.Errorf("%+v, want only the better one", got)
	}
}

func TestBetween(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		want      string
	}{{18, 23, "20"}, {19.4, 19.6, "19.5"}, {0.95, 0.99, "0.97"}, {0.0000152, 0.000017, "0.000016"}, {1, 2, "1.5"}} {
		if got := between(c.low, c.high); got != c.want {
			t.Errorf("between %v and %v: %s, want %s", c.low, c.high, got, c.want)
		}
	}
}

// TestWorldsFile: what is written is read again, and the answer is the same.
func TestWorldsFile(t *testing.T) {
	dir := t.TempDir()
	w := worldsOf([]string{"boot", "cold"}, drawnEvenly(6), func(k int) float64 { return float64(k) - 2 }, func(int) float64 { return -1 })
	w.Rows[1].Values[1], w.Rows[2].Diff = math.NaN(), math.Inf(1)
	s := NewSet(Plan{Name: "x", Uncertain: w.Constants}, "")
	s.SetWorlds(w)
	for _, write := range []func(string) error{s.writeManifest, s.writeWorlds} {
		if err := write(dir); err != nil {
			t.Fatal(err)
		}
	}
	got, err := ReadWorlds(dir)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(got) != fmt.Sprint(w) {
		t.Errorf("got %v, want %v", got, w)
	}
	if none, err := ReadWorlds(t.TempDir()); none != nil || err == nil {
		t.Errorf("a folder without results: %v, %v", none, err)
	}
}
