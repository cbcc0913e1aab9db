package results

import (
	"math"
	"reflect"
	"strings"
	"testing"
)

var climbed = []Saturation{
	{Workload: "w", Policy: "a", Rate: 2, Limit: 0.01, Resolution: 0.005, Loads: []float64{1, 2, 4}, Points: []LoadPoint{{1, 0, 1, 2, 3}, {2, 0.5, 3, 4, 3}}},
	{Workload: "w", Policy: "b", Rate: 2, Limit: 0.01, Resolution: 0.005, Loads: []float64{2, 4, 8}, Points: []LoadPoint{{1, 0, 1, 2, 3}, {2, 0.02, math.Inf(1), math.Inf(1), 3}}},
	{Workload: "w", Policy: "c", Rate: 2, Limit: 0.01, Loads: []float64{1, math.Inf(1), 4}},
	{Workload: "w", Policy: "d", Rate: 2, Limit: 0.01, Loads: []float64{1, 0, 4}},
}

// TestSaturationOverWindows: resamples of one recording say less than seeds do, more
// of them do not say more, and of one recording as it is there is no interval.
func TestSaturationOverWindows(t *testing.T) {
	half := func(n int, about basis) float64 {
		var loads []float64
		for i := range n {
			loads = append(loads, 1+0.1*float64(i%5))
		}
		s := Saturation{Loads: loads, basis: about}
		l := s.load()
		return math.Log(l.high / l.low)
	}
	seeds, few, many := half(10, basis{over: OverSeeds}), half(10, basis{over: OverWindows, windows: 20}), half(1000, basis{over: OverWindows, windows: 20})
	if !(few > 2.5*seeds && many > 2*seeds) {
		t.Errorf("intervals of %.3f over 10 seeds, %.3f over 10 and %.3f over 1,000 resamples of windows", seeds, few, many)
	}
	for _, about := range []basis{{over: OverNothing}, {over: OverWindows, windows: 9}} {
		if got := half(10, about); !math.IsNaN(got) {
			t.Errorf("%+v: an interval of %v, want none", about, got)
		}
	}
}

// TestSaturationRoundTrip: what is written is read, and means are geometric.
func TestSaturationRoundTrip(t *testing.T) {
	dir := t.TempDir()
	s := &Set{plan: Plan{Workloads: []string{"w"}, Over: []string{OverSeeds}}}
	s.Saturate(climbed)
	if err := s.writeSaturation(dir); err != nil {
		t.Fatal(err)
	}
	rows, curves, err := readSaturation(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := highestLoads(climbed)
	for i := range rows {
		a, b := rows[i], want[i]
		if math.Abs(a.load.mean-b.load.mean) > 1e-12 || a.policy != b.policy || a.against != b.against || a.n != b.n || a.limit != b.limit || a.over != OverSeeds {
			t.Errorf("read %+v, wrote %+v", a, b)
		}
	}
	if len(rows) != 4 || len(curves) != 2 || !reflect.DeepEqual(curves[1].points, climbed[1].Points) || curves[1].perSecond[1] != 4 {
		t.Errorf("%d rows, curves %+v", len(rows), curves)
	}
	if math.Abs(rows[0].load.mean-2) > 1e-12 || math.Abs(rows[1].ratio.mean-2) > 1e-12 || math.Abs(rows[1].ratio.high-2*math.Exp(0.01)) > 1e-9 || rows[0].perSecond < 3.99 {
		t.Errorf("load %v of a, ratio %v of b, want 2 and 2, known to 1 %%", rows[0].load, rows[1].ratio)
	}
	text := strings.Join(saturationAnswer(rows), "\n")
	for _, want := range []string{"Highest load on w with at most 1.0 % avoidable misses, in requests/s (over seeds, n = 3): a 4.0", "b 8.0", "times a's", "c keeps to it", "d misses more"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q:\n%s", want, text)
		}
	}
	if rows, _, err := readSaturation(t.TempDir()); rows != nil || err != nil {
		t.Errorf("of nothing: %v, %v", rows, err)
	}
}
