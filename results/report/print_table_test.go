package report

import (
	"math"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"cnv/results"
	"cnv/results/compare"
	"cnv/results/stat"
	"cnv/results/words"
)

// TestTableFits: with long names and wide numbers a line has 80 columns at most.
func TestTableFits(t *testing.T) {
	var rows []compare.Compared
	for _, p := range []string{"seed", "leastwork-exact router=leastwork threshold=0.85 d=2", "x"} {
		for _, m := range []string{results.AvoidableMisses, results.CostInSLO, results.MetricMedian, results.MetricP99, results.MetricVMs, results.MetricFunction} {
			r := compare.Compared{Workload: "w", Policy: p, Metric: m, N: 10, Over: stat.OverSeeds, Mean: 0.12345, Low: 0.1, High: 0.2, Diff: -0.987654, JointLow: -0.9989, JointHigh: -0.95, Against: "seed", Verdict: compare.Better}
			if m == results.MetricP99 || m == results.MetricVMs {
				r.Mean = 1234.5
			}
			if p == "seed" {
				r.Against = ""
			}
			if p == "x" {
				r.JointHigh, r.Verdict = 0.95, compare.NotKnown
			}
			rows = append(rows, r)
		}
	}
	var b strings.Builder
	if err := Print(&b, FormatTable, rows); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if line = strings.TrimSuffix(line, "\n"); utf8.RuneCountInString(line) > mostTableWidth {
			t.Errorf("%d columns: %s", utf8.RuneCountInString(line), line)
		} else if strings.HasSuffix(line, " ") {
			t.Errorf("trailing space: %q", line)
		}
	}
	if t.Failed() {
		t.Log(b.String())
	}
}

// TestNamesBreakAtSpacesAndEquals and nowhere else.
func TestNamesBreakAtSpacesAndEquals(t *testing.T) {
	for name, want := range map[string]string{
		"least squares target=instructions": "least\nsquares\ntarget=\ninstructions",
		"a b c":                             "a b c",
		"threshold=0.85 d=2":                "threshold=\n0.85 d=2",
		"averyverylongname":                 "averyverylongname",
	} {
		if got := wrapName(name, maxPolicyWidthWide); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestHeaderIsOfWhatIsPrinted: intervals over batches of metrics that no column has are
// not those of the table.
func TestHeaderIsOfWhatIsPrinted(t *testing.T) {
	row := func(metric, over string, n int, primary bool) compare.Compared {
		return compare.Compared{Workload: "w", Policy: "a", Metric: metric, N: n, Over: over, Mean: 1, Low: math.NaN(), High: math.NaN(), Primary: primary}
	}
	for primary, want := range map[bool]string{false: "n = 1 workload, no interval", true: "over batches, n = 10 of one run"} {
		rows := []compare.Compared{row(results.AvoidableMisses, stat.OverNothing, 1, !primary), row("steady_response_mean_s", stat.OverBatches, 10, primary)}
		x := tableRows(rows)
		if got := x.about(rows); got != want {
			t.Errorf("%q, want %q", got, want)
		}
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
		{-10.43, 2.66, compare.Better, "−10.4 ±2.7 "},
		{-91.2, 27.3, compare.Better, "−91 ±27 "},
		{0.118, 0.081, compare.Worse, "+0.12 ±0.08 "},
		{0.00041, 0.0001, compare.Worse, "+0.0004 ±0.0001 "},
		{-5.2, 12, compare.NotKnown, "(−5 ±12)"},
		{-0.38, 58, compare.NotKnown, "(0 ±58)"},
		{0, 0.26, compare.Equal, "= "},
		{-0.31, 0.22, compare.Same, "≈−0.31 ±0.22 "},
		{3.21, nan, compare.NotKnown, "+3.21 "},
		{inf, nan, compare.NotKnown, "+∞ "},
		{-inf, nan, compare.NotKnown, "−∞ "},
		{nan, nan, compare.NotKnown, "– "},
	} {
		r := &compare.Compared{Against: "a", Diff: c.diff, JointLow: c.diff - c.half, JointHigh: c.diff + c.half, Verdict: c.verdict}
		if got := change(r, 1); got != c.want {
			t.Errorf("change of %v ± %v = %q, want %q", c.diff, c.half, got, c.want)
		}
	}
	for _, c := range []struct {
		diff, low, high float64
		verdict         string
		want            string
	}{
		{-10.43, -13.1, -7.7, compare.Better, "−10.4 ±2.7 "}, // within a tenth of its half
		{-10.43, -19.2, -7.8, compare.Better, "−10.4 (−19.2 to −7.8)"},
		{0.31, -0.04, 0.42, compare.Same, "≈+0.31 (−0.04 to 0.42)"},
		{-5.2, -30.4, 2, compare.NotKnown, "(−5; −30 to 2)"},
	} {
		for scale, r := range map[float64]*compare.Compared{
			1:  {Against: "a", Diff: c.diff, JointLow: c.low, JointHigh: c.high, Verdict: c.verdict},
			-1: {Against: "a", Diff: -c.diff, JointLow: -c.high, JointHigh: -c.low, Verdict: c.verdict},
		} {
			if got := change(r, scale); got != c.want {
				t.Errorf("change of %v (%v to %v) times %v = %q, want %q", c.diff, c.low, c.high, scale, got, c.want)
			}
		}
	}
	for _, c := range []struct {
		v    float64
		want string
	}{{10.43, "10.43"}, {0.002, "<0.01"}, {0, "0"}, {inf, "∞"}, {nan, "–"}, {99.999, "100.00"}} {
		if got := fixed(&compare.Compared{Mean: c.v}, 1, 2); got != c.want {
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
	rows, err := compare.ReadComparison(filepath.Join("..", "compare", "testdata", "data"))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := Print(&b, FormatTable, rows); err != nil {
		t.Fatal(err)
	}
	golden(t, "printed.table", b.String())
}

// TestLegendOfEqualRuns says what so many may miss of runs that are samples alone.
func TestLegendOfEqualRuns(t *testing.T) {
	row := func(w, policy, against, over string, n int) compare.Compared {
		return compare.Compared{Workload: w, Policy: policy, Against: against, Metric: results.AvoidableMisses, N: n, Over: over, Primary: true, JointLow: -0.1, JointHigh: 0.1, Verdict: compare.Equal}
	}
	for _, c := range []struct {
		over string
		n    int
		want string
	}{
		{stat.OverWindows, 10, "=: equal in every run\n"},
		{stat.OverEqual, 1, "=: equal in every run\n"},
		{stat.OverSeeds, 10, "=: equal in every run; what differs in 26 of 100 runs, 10 may miss\n"},
	} {
		text := legend([]printed{tableRows([]compare.Compared{row("w", "a", "", c.over, c.n), row("w", "b", "a", c.over, c.n)})})
		if !strings.Contains(text, c.want) {
			t.Errorf("over %s: %q, want %q", c.over, text, c.want)
		}
	}
	mixed := []printed{
		tableRows([]compare.Compared{row("w", "a", "", stat.OverWindows, 5), row("w", "b", "a", stat.OverWindows, 5)}),
		tableRows([]compare.Compared{row("x", "a", "", stat.OverSeeds, 10), row("x", "b", "a", stat.OverSeeds, 10)}),
	}
	if text := legend(mixed); !strings.Contains(text, "26 of 100 runs, 10 may miss") {
		t.Errorf("%q, want what 10 seeds may miss", text)
	}
}
