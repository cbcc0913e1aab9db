package results

import (
	"math"
	"reflect"
	"strings"
	"testing"
)

var climbed = []Saturation{
	{Workload: "w", Policy: "a", Rate: 2, Limit: 0.01, Loads: []float64{1, 2, 4}, Points: []LoadPoint{{1, 0, 1, 2, 3}, {2, 0.5, 3, 4, 3}}},
	{Workload: "w", Policy: "b", Rate: 2, Limit: 0.01, Loads: []float64{2, 4, 8}, Points: []LoadPoint{{1, 0, 1, 2, 3}, {2, 0.02, math.Inf(1), math.Inf(1), 3}}},
	{Workload: "w", Policy: "c", Rate: 2, Limit: 0.01, Loads: []float64{1, math.Inf(1), 4}},
	{Workload: "w", Policy: "d", Rate: 2, Limit: 0.01, Loads: []float64{1, 0, 4}},
}

// TestSaturationRoundTrip: what is written is read, and means are geometric.
func TestSaturationRoundTrip(t *testing.T) {
	dir := t.TempDir()
	s := &Set{}
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
		if math.Abs(a.load.mean-b.load.mean) > 1e-12 || a.policy != b.policy || a.against != b.against || a.n != b.n || a.limit != b.limit {
			t.Errorf("read %+v, wrote %+v", a, b)
		}
	}
	if len(rows) != 4 || len(curves) != 2 || !reflect.DeepEqual(curves[1].points, climbed[1].Points) || curves[1].perSecond[1] != 4 {
		t.Errorf("%d rows, curves %+v", len(rows), curves)
	}
	if math.Abs(rows[0].load.mean-2) > 1e-12 || math.Abs(rows[1].ratio.mean-2) > 1e-12 || math.Abs(rows[1].ratio.high-2) > 1e-9 || rows[0].perSecond < 3.99 {
		t.Errorf("load %v of a, ratio %v of b, want 2 and 2 exactly", rows[0].load, rows[1].ratio)
	}
	text := strings.Join(saturationAnswer(rows), "\n")
	for _, want := range []string{"Highest load on w with at most 1.0 % avoidable misses, in requests/s: a 4.0", "b 8.0", "times a's", "c keeps to it", "d misses more"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q:\n%s", want, text)
		}
	}
	if rows, _, err := readSaturation(t.TempDir()); rows != nil || err != nil {
		t.Errorf("of nothing: %v, %v", rows, err)
	}
}
