package compare

import (
	"encoding/xml"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cnv/results/stat"
)

// TestRequirementsSayHowSure: the mean decides unless the requirement asks for
// the whole interval; the interval, and where it is to the bound, is said in any
// case, also to a build server of a requirement that is met.
func TestRequirementsSayHowSure(t *testing.T) {
	none := math.NaN()
	var all []Checked
	for _, c := range []struct {
		mean, low, high float64
		over            string
		sure, ok        bool
		want            string
	}{
		{0.97, 0.96, 0.98, stat.OverSeeds, false, true, "0.97 (0.96 to 0.98, over seeds, n = 10), surely"},
		{0.97, 0.96, 0.98, stat.OverSeeds, true, true, "0.97 (0.96 to 0.98, over seeds, n = 10), surely"},
		{0.96, 0.94, 0.98, stat.OverSeeds, false, true, "0.96 (0.94 to 0.98, over seeds, n = 10), not surely: the bound is within the interval"},
		{0.96, 0.94, 0.98, stat.OverWindows, true, false, "0.96 (0.94 to 0.98, over resamples, n = 10 of one recording), not surely"},
		{0.9, 0.89, 0.91, stat.OverBatches, false, false, "0.9 (0.89 to 0.91, over batches, n = 10 of one run), surely not"},
		{0.97, none, none, stat.OverNothing, false, true, "0.97 (n = 1 workload, no interval)"},
		{0.97, none, none, stat.OverNothing, true, false, "0.97 (n = 1 workload, no interval)"},
		{none, none, none, stat.OverSeeds, false, false, "none (no interval)"},
		{1, 1, 1, stat.OverSeeds, false, true, "1 in every run (over seeds, n = 10); other runs may differ, up to 26 of 100"},
		{1, 1, 1, stat.OverSeeds, true, false, "1 in every run (over seeds, n = 10); other runs may differ, up to 26 of 100, so not surely: it did not vary"},
		{1, 1, 1, stat.OverWindows, true, false, "1 in every run (over resamples, n = 10 of one recording), so not surely: it did not vary"},
	} {
		row := Compared{Workload: "w", Policy: "p", Metric: "slo_attainment", N: 10, Over: c.over, Mean: c.mean, Low: c.low, High: c.high}
		got := Check([]Compared{row}, []Requirement{{Metric: "slo_attainment", Min: 0.95, Max: math.Inf(1), Sure: c.sure}})
		if len(got) != 1 || got[0].OK != c.ok || !strings.HasPrefix(got[0].Got, c.want) {
			t.Errorf("%+v: %+v", c, got)
		}
		all = append(all, got...)
	}
	dir := t.TempDir()
	if err := WriteJUnit(dir, "e", all); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, "junit.xml"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	if err := xml.Unmarshal(b, &junit{}); err != nil {
		t.Errorf("not XML: %v", err)
	}
	for _, want := range []string{"<system-out>got 0.97 (0.96 to 0.98, over seeds, n = 10), surely</system-out>", `message="got 0.9 (0.89 to 0.91, over batches, n = 10 of one run), surely not"`} {
		if !strings.Contains(text, want) {
			t.Errorf("junit.xml lacks %q:\n%s", want, text)
		}
	}
}
