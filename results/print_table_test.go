package results

import (
	"math"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"cnv/results/words"
)

// TestTableFits: with long names and wide numbers a line has 100 columns at most.
func TestTableFits(t *testing.T) {
	var rows []Compared
	for _, p := range []string{"seed", "leastwork-exact router=leastwork threshold=0.85 d=2", "x"} {
		for _, m := range []string{avoidableMisses, costInSLO, metricMedian, metricP99, metricVMs, metricFunction} {
			r := Compared{Workload: "w", Policy: p, Metric: m, N: 10, Over: OverSeeds, Mean: 0.12345, Low: 0.1, High: 0.2, Diff: -0.987654, JointLow: -0.9989, JointHigh: -0.95, Against: "seed", Verdict: Better}
			if m == metricP99 || m == metricVMs {
				r.Mean = 1234.5
			}
			if p == "seed" {
				r.Against = ""
			}
			if p == "x" {
				r.JointHigh, r.Verdict = 0.95, NotKnown
			}
			rows = append(rows, r)
		}
	}
	var b strings.Builder
	if err := Print(&b, FormatTable, rows); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if line = strings.TrimSuffix(line, "\n"); utf8.RuneCountInString(line) > 100 {
			t.Errorf("%d columns: %s", utf8.RuneCountInString(line), line)
		} else if strings.HasSuffix(line, " ") {
			t.Errorf("trailing space: %q", line)
		}
	}
	if t.Failed() {
		t.Log(b.String())
	}
}

// TestNumbersOfTheTable: few digits, no lost signs, nothing that is not 0
// written as 0.
func TestNumbersOfTheTable(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		diff, half float64
		verdict    string
		want       string
	}{
		{-10.43, 2.66, Better, "−10.4 ±2.7 "},
		{-91.2, 27.3, Better, "−91 ±27 "},
		{0.118, 0.081, Worse, "+0.12 ±0.08 "},
		{0.00041, 0.0001, Worse, "+0.0004 ±0.0001 "},
		{-5.2, 12, NotKnown, "(−5 ±12)"},
		{0, 0.26, Equal, "= "},
		{-0.31, 0.22, Same, "≈−0.31 ±0.22 "},
		{3.21, nan, NotKnown, "+3.21 "},
		{inf, nan, NotKnown, "+∞ "},
		{-inf, nan, NotKnown, "−∞ "},
		{nan, nan, NotKnown, "– "},
	} {
		r := &Compared{Against: "a", Diff: c.diff, JointLow: c.diff - c.half, JointHigh: c.diff + c.half, Verdict: c.verdict}
		if got := change(r, 1); got != c.want {
			t.Errorf("change of %v ± %v = %q, want %q", c.diff, c.half, got, c.want)
		}
	}
	for _, c := range []struct {
		v    float64
		want string
	}{{10.43, "10.43"}, {0.002, "<0.01"}, {0, "0"}, {inf, "∞"}, {nan, "–"}, {99.999, "100.00"}} {
		if got := fixed(&Compared{Mean: c.v}, 1, 2); got != c.want {
			t.Errorf("fixed(%v) = %q, want %q", c.v, got, c.want)
		}
	}
	for v, want := range map[float64]string{0.00865: "0.00865", 1069.4: "1069", 3.905: "3.90", 1e-5: "1.00e-05", inf: "∞", -inf: "-∞", 0: "0"} {
		if got := words.Significant(v, 3); got != want {
			t.Errorf("significant(%v) = %q, want %q", v, got, want)
		}
	}
}

// TestGoldenTable keeps the bytes of the table that is printed of the golden comparison.
func TestGoldenTable(t *testing.T) {
	rows, err := ReadComparison(filepath.Join("testdata", "data"))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := Print(&b, FormatTable, rows); err != nil {
		t.Fatal(err)
	}
	golden(t, "printed.table", b.String())
}
