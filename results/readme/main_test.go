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
		row("jsq", "steady", miss, 0, 0), row("jsq", "steady", usd, 1.79, math.NaN()),
		{Policy: "jsq", Workload: "steady", Metric: miss, Mean: 7, Against: "another"}, // the first row counts
	})
	want := "| | steady |\n|---|---|\n| seed | 1.6 ±0.2 %, $0.00804 |\n| jsq | 0 %, $1.79 |\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
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
