package readme

import (
	"math"
	"slices"
	"strings"
	"testing"

	"cnv/results/compare"
)

func TestTable(t *testing.T) {
	row := func(policy, workload, metric string, mean, half float64) compare.Compared {
		return compare.Compared{Policy: policy, Workload: workload, Metric: metric, Mean: mean, Low: mean - half, High: mean + half}
	}
	const miss, usd = "miss_avoidable", "cost_per_1000_in_slo_usd"
	got := table([]compare.Compared{
		row("seed", "steady", miss, 0.0156, 0.0024), row("seed", "steady", usd, 0.008039, 0.0001),
		{Policy: "jsq", Workload: "steady", Metric: miss, Mean: 0.05, Low: 0, High: 0.17}, {Policy: "jsq", Workload: "steady", Metric: usd, Mean: 1.79, Low: 1.6, High: 2.5},
		row("rr", "steady", miss, 0.05, 0.02), row("rr", "steady", usd, 1.79, 0.21), row("p2c", "steady", miss, 0, 0), row("p2c", "steady", usd, 2, math.NaN()),
		{Policy: "jsq", Workload: "steady", Metric: miss, Mean: 7, Against: "another"}, // the first row counts
	})
	want := "| | steady |\n|---|---|\n| seed | 1.6 ±0.2 %, $0.00804 |\n| jsq | 5 (0 to 17) %, $1.79 (1.6 to 2.5) |\n| rr | 5 ±2 %, $1.79 ±0.21 |\n| p2c | 0 %, $2 |\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// TestHeadline: its numbers are those of the rows, and a wide interval is no
// headline.
func TestHeadline(t *testing.T) {
	is := func(policy, workload, metric string, mean float64) compare.Compared {
		return compare.Compared{Policy: policy, Workload: workload, Metric: metric, Mean: mean}
	}
	differs := func(policy, workload, against, metric string, diff, half float64, verdict string) compare.Compared {
		return compare.Compared{Policy: policy, Workload: workload, Against: against, Metric: metric, N: 10,
			Diff: diff, JointLow: diff - half, JointHigh: diff + half, Verdict: verdict}
	}
	const crowd = "flash crowd"
	rows := []compare.Compared{
		is(original, crowd, usd, 0.05), is(otherRouter, crowd, usd, 0.02), is(otherRouter, "steady", usd, 0.01),
		is(original, crowd, "dropped_vms", 20), is(original, crowd, "launches", 35),
		is("seed-nospill", crowd, missed, 0.48), is("jsq-nospill", crowd, missed, 0.584),
		is(original, crowd, "vms_mean", 26), is(otherRouter, crowd, "vms_mean", 5),
		differs(otherRouter, crowd, original, "miss_avoidable", -0.35, 0.05, compare.Better),
		differs(otherRouter, crowd, original, usd, -0.03, 0.01, compare.Better),
		differs(otherScaler, crowd, otherRouter, usd, -0.005, 0.001, compare.Better),
		differs(otherScaler, "steady", otherRouter, usd, 0.001, 0.0005, compare.Worse),
		differs(otherScaler, "heavy", otherRouter, usd, 0.5, 1, compare.NotKnown),
	}
	held := worldsOf(rows)
	got, err := headline(rows, held)
	for _, want := range []string{"35.0 ±5.0 points", "60 % off\nthe cost.", "It holds in 19 of 20 worlds: 18 to 70 points in the least and", "launches 35 machines beside those it began with, and drops 20 in all",
		"26 machines on average; under join-shortest-queue there are 5", "the original misses 48 %, join-shortest-queue 58 %", "costs 25 % less on flash crowd and 10 % more on steady"} {
		if err != nil || !strings.Contains(got, want) {
			t.Errorf("%q, %v; lacks %q", got, err, want)
		}
	}
	turning := slices.Clone(held)
	turning[0].Holds = 17 // the misses under the flash crowd
	if got, err := headline(rows, turning); err == nil || !strings.Contains(err.Error(), "on flash crowd it turns in other worlds") {
		t.Errorf("a finding that turns is the headline: %q, %v", got, err)
	}
	turning = slices.Clone(held)
	turning[3].Holds = 17 // the scaler on steady
	if got, err := headline(rows, turning); err == nil {
		t.Errorf("a finding that turns is said of the scaler: %q", got)
	}
	if got, err := headline(rows, nil); err == nil {
		t.Errorf("a headline that was tried in no world: %q", got)
	}
	at := len(rows) - 5
	rows[at].JointLow, rows[at].JointHigh = -0.44, -0.26
	if got, err := headline(rows, held); err == nil {
		t.Errorf("a headline of 35 ±9: %q", got)
	}
}

// worldsOf are the findings of rows, of which each holds in all worlds or one less.
func worldsOf(rows []compare.Compared) (out []compare.Held) {
	for i := range rows {
		if r := &rows[i]; r.Verdict == compare.Better || r.Verdict == compare.Worse {
			f := compare.Finding{Workload: r.Workload, Policy: r.Policy, Against: r.Against, Metric: r.Metric}
			out = append(out, compare.Held{Finding: f, Drawn: 20, Holds: 20 - len(out)%2, Low: 2 * r.Diff, High: r.Diff / 2})
		}
	}
	return out
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
