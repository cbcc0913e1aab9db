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

// TestChartRefuses: what is not there, and what would lie on each other.
func TestChartRefuses(t *testing.T) {
	s := swept(t)
	for want, spec := range map[string]ChartSpec{
		"no metric":                {Metric: "speed", X: "rate", Group: "policy"},
		"nothing is called":        {Metric: results.CostInSLO, X: "ratte", Group: "policy"},
		"at the same place":        {Metric: results.CostInSLO, X: "rate"},
		"(workload, policy, rate)": {Metric: results.CostInSLO, X: "policy"},
	} {
		if _, err := NewChart(s, spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want one with %q", spec, err, want)
		}
	}
}
