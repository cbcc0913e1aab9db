package figure

import (
	"bytes"
	"strings"
	"testing"

	"cnv/results"
	"cnv/results/answer"
	"cnv/results/compare"
	"cnv/results/resultstest"
)

// swept is the small experiment as if its workloads were values of a key.
func swept(t *testing.T) *answer.Stored {
	t.Helper()
	s, err := answer.Load(resultstest.Copy(t))
	if err != nil {
		t.Fatal(err)
	}
	rate := compare.Factor{Key: "rate", Of: map[[2]string]string{}}
	for i, w := range s.Found.Workloads() {
		for _, p := range s.Found.Policies() {
			rate.Of[[2]string{w, p}] = []string{"1", "2", "40", "100"}[i]
		}
	}
	s.Factors = []compare.Factor{rate}
	return s
}

// TestChart: a metric against a key, with its numbers as tables and fonts in the PDF.
func TestChart(t *testing.T) {
	c, err := NewChart(swept(t), ChartSpec{Metric: results.CostInSLO, X: "rate", Group: "policy", Width: 5, Height: 2, Name: "chart"})
	if err != nil {
		t.Fatal(err)
	}
	svg, err := c.SVG()
	if err != nil {
		t.Fatal(err)
	}
	resultstest.WellFormed(t, string(svg))
	if !strings.Contains(string(svg), "rate (log)") {
		t.Error("an axis from 1 to 100 is not logarithmic")
	}
	titled, err := NewChart(swept(t), ChartSpec{Metric: results.CostInSLO, X: "policy", Panel: "workload", Name: "chart"})
	if err != nil {
		t.Fatal(err)
	}
	pdf, err := titled.PDF()
	if err != nil || !bytes.Contains(pdf, []byte("/FontFile2")) {
		t.Errorf("no font is in the PDF (error %v)", err)
	}
	head, rows := c.Table()
	if len(head) != 1+len(swept(t).Found.Policies()) || len(rows) != 4 || rows[2][0] != "40" {
		t.Errorf("a table of %v and %v", head, rows)
	}
	if tex := c.TeX(); !strings.Contains(tex, `\toprule`) || strings.Contains(tex, "±") {
		t.Errorf("LaTeX:\n%s", tex)
	}
}

// TestNamesAreNotJoined: names along an axis have no order, so groups stand beside each other
// with bars, and each name has its place, with a value or without.
func TestNamesAreNotJoined(t *testing.T) {
	a := alongAxis("workload", []string{"steady", "burst"})
	if x, y := a.of(chartCell{x: "steady"}, 0, 2), a.of(chartCell{x: "steady"}, 1, 2); !a.names || x != -dodge/4 || y != dodge/4 {
		t.Errorf("names %v, two groups at %v and %v", a.names, x, y)
	}
	if a := alongAxis("rate", []string{"1", "40"}); a.names || a.of(chartCell{x: "40"}, 0, 2) != a.of(chartCell{x: "40"}, 1, 2) {
		t.Errorf("numbers are taken for names: %+v", a)
	}
	c, err := NewChart(swept(t), ChartSpec{Metric: results.CostInSLO, X: "workload", Group: "policy", Name: "chart"})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(c.Caption, "Bars are 95 % intervals") {
		t.Errorf("the caption tells of no bars: %s", c.Caption)
	}
	if p := c.panels[0].plot; p.X.Min != -0.5 || p.X.Max != 3.5 {
		t.Errorf("four names from %v to %v", p.X.Min, p.X.Max)
	}
}

// TestChartRefuses: what is not there, and what would lie on each other.
func TestChartRefuses(t *testing.T) {
	s := swept(t)
	for want, spec := range map[string]ChartSpec{
		"no metric":                       {Metric: "speed", X: "rate", Group: "policy"},
		`name "cost_per_1000_in_slo_usd"`: {Metric: "cost_per_1000_in_slo_us", X: "rate", Group: "policy"},
		"nothing is called":               {Metric: results.CostInSLO, X: "ratte", Group: "policy"},
		"at the same place":               {Metric: results.CostInSLO, X: "rate"},
		"(workload, policy, rate)":        {Metric: results.CostInSLO, X: "policy"},
	} {
		if _, err := NewChart(s, spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want one with %q", spec, err, want)
		}
	}
}
