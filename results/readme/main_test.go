package main

import (
	"math"
	"strings"
	"testing"

	"cnv/results"
)

func TestTable(t *testing.T) {
	row := func(policy, workload, metric string, mean, half float64) results.Compared {
		return results.Compared{Policy: policy, Workload: workload, Metric: metric, Mean: mean, Low: mean - half, High: mean + half}
	}
	const miss, usd = "miss_avoidable", "cost_per_1000_in_slo_usd"
	got := table([]results.Compared{
		row("seed", "steady", miss, 0.0156, 0.0024), row("seed", "steady", usd, 0.008039, 0.001),
		row("jsq", "steady", miss, 0.05, 0.12), row("jsq", "steady", usd, 1.79, math.NaN()),
		{Policy: "jsq", Workload: "steady", Metric: miss, Mean: 7, Against: "another"}, // the first row counts
	})
	want := "| | steady |\n|---|---|\n| seed | 1.6 ±0.2 %, $0.00804 |\n| jsq | 5 (0 to 17) %, $1.79 |\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// TestHeadline: its numbers are those of the rows, and a wide interval is no
// headline.
func TestHeadline(t *testing.T) {
	const usd = "cost_per_1000_in_slo_usd"
	rows := []results.Compared{
		{Workload: crowd, Policy: otherRouter, Against: original, Metric: "miss_avoidable", N: 10, Diff: -0.35, DiffLow: -0.4, DiffHigh: -0.3},
		{Workload: crowd, Policy: otherRouter, Metric: usd, Mean: 0.02},
		{Workload: "steady", Policy: otherRouter, Metric: usd, Mean: 0.01},
		{Workload: crowd, Policy: otherScaler, Against: otherRouter, Metric: usd, Diff: -0.005, DiffLow: -0.006, DiffHigh: -0.004},
		{Workload: "steady", Policy: otherScaler, Against: otherRouter, Metric: usd, Diff: 0.001, DiffLow: 0.0005, DiffHigh: 0.0015},
	}
	got, err := headline(rows)
	for _, want := range []string{"35 ±5 points", "over 10 seeds", "cheaper where the load rises (by 25 % on flash crowd)", "dearer elsewhere (by 10 % on steady)"} {
		if err != nil || !strings.Contains(got, want) {
			t.Errorf("%q, %v; lacks %q", got, err, want)
		}
	}
	rows[0].DiffLow = -0.44
	rows[0].DiffHigh = -0.26
	if got, err := headline(rows); err == nil {
		t.Errorf("a headline of 35 ±9: %q", got)
	}
}

func TestReplaced(t *testing.T) {
	got, err := replaced("a\n"+begin+"old\n"+end+"b\n", "new\n")
	if err != nil || got != "a\n"+begin+"new\n"+end+"b\n" {
		t.Errorf("%q, %v", got, err)
	}
	for _, page := range []string{"", begin, end} {
		if _, err := replaced(page, "x"); err == nil || !strings.Contains(err.Error(), "lacks a mark") {
			t.Errorf("%q: %v", page, err)
		}
	}
}
