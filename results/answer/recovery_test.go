package answer

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"cnv/results/words"
)

// recovering is a board of three loads under two budgets.
func recovering() Findings {
	var x board
	for _, c := range []struct {
		workload                string
		served, recovered, time float64
	}{
		{"burst rate=4 budget=0.1", 0.99, 1, 5}, {"burst rate=4 budget=2", 0.8, 1, 40},
		{"burst rate=12 budget=0.1", 0.9, 1, 30}, {"burst rate=12 budget=2", 0, 0, math.Inf(1)},
		{"burst rate=8 budget=0.1", 0.95, 1, 10}, {"burst rate=8 budget=2", 0.4, 0.5, math.Inf(1)},
	} {
		x.add(c.workload, "jsq", "attainment_after", exactly(c.served), "", words.NoEstimate(), 5)
		x.add(c.workload, "jsq", "recovered", exactly(c.recovered), "", words.NoEstimate(), 5)
		x.add(c.workload, "jsq", "recovery_s", exactly(c.time), "", words.NoEstimate(), 5)
		x.add(c.workload, "jsq", "users_after_for_s", exactly(170), "", words.NoEstimate(), 5)
	}
	return x.Findings
}

// TestManyRecoveriesAreCounted: of more lines than anybody reads there is one sentence.
func TestManyRecoveriesAreCounted(t *testing.T) {
	var lines []RecoveryLine
	for i := range 12 {
		l := RecoveryLine{Panel: fmt.Sprintf("w%d", i), Along: "rate"}
		for k, mean := range [][]float64{{1, 1}, {1, 0}, {0, 0}, {0.5, 0.5}, {1, 1}, {0.5, 1}}[i%6] {
			var p RecoveryPoint
			p.recovered.Value.Mean = mean
			if i%6 == 4 {
				p.Relapses.Value.Mean = float64(k)
			}
			l.Points = append(l.Points, p)
		}
		lines = append(lines, l)
	}
	want := "The disturbance was met in 12 cases. In 2 (w0 and w6), every run recovers at every rate. In 2 (w4 and w10), every run recovers at every rate, but some relapse. " +
		"In 4 (w1, w5, w7 and 1 more), runs recover at some values of the rate and not at others. In 2 (w3 and w9), some runs recover at every rate, and some do not. In 2 (w2 and w8), no run recovers at any rate; recovered, relapses and recovery_s in comparison.csv tell each."
	if got := recoverySummary(lines); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestAxesAreOfTheirLines: lines along the rate, along the load and along nothing are not
// said to be along one of these.
func TestAxesAreOfTheirLines(t *testing.T) {
	var lines []RecoveryLine
	for _, along := range []string{"rate", "load", ""} {
		var p RecoveryPoint
		p.recovered.Value.Mean = 1
		lines = append(lines, RecoveryLine{Panel: "by " + along, Along: along, Points: []RecoveryPoint{p}})
	}
	want := "The disturbance was met in 3 cases. In 1 (by rate), every run recovers at every rate. In 1 (by load), every run recovers at every load. In 1 (by), every run recovers."
	if got := recoverySummary(lines); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestRecoveryIsTold: by line, in order of load.
func TestRecoveryIsTold(t *testing.T) {
	text := strings.Join(answer(recovering(), nil, Spec{}), "\n")
	for _, want := range []string{
		"On burst budget=0.1 every run recovers at rate 4, 8 and 12, after 30 s on average where it takes longest.",
		"On burst budget=2 every run recovers at rate 4, after 40 s on average; some runs recover at rate 8 (50 % of the runs); no run recovers at rate 12 within the 170 s after it that were simulated (no user was served in that time).",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("answer lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "one policy and nothing to compare it to") {
		t.Errorf("the answer says what nobody asked:\n%s", text)
	}
}

// TestRelapsesAreTold: a service that is down again and again has not recovered, what
// is a mean over runs is called one, and the rule says what is taken where the service was
// down before.
func TestRelapsesAreTold(t *testing.T) {
	var x board
	for _, c := range []struct {
		workload                          string
		served, recovered, time, relapses float64
	}{
		{"burst rate=4 budget=0.1", 0.99, 1, 5, 0}, {"burst rate=18 budget=0.1", 0.634, 1, 97, 5.33},
		{"burst rate=4 budget=2", 0.99, 1, 5, 0}, {"burst rate=18 budget=2", 0.0019, 0, math.Inf(1), 0},
	} {
		x.add(c.workload, "jsq", "attainment_after", exactly(c.served), "", words.NoEstimate(), 3)
		x.add(c.workload, "jsq", "recovered", exactly(c.recovered), "", words.NoEstimate(), 3)
		x.add(c.workload, "jsq", "recovery_s", exactly(c.time), "", words.NoEstimate(), 3)
		x.add(c.workload, "jsq", "users_after_for_s", exactly(170), "", words.NoEstimate(), 3)
		x.add(c.workload, "jsq", "relapses", exactly(c.relapses), "", words.NoEstimate(), 3)
	}
	text := strings.Join(answer(x.Findings, nil, Spec{}), "\n")
	for _, want := range []string{
		"The disturbance was met in 2 cases. In 1 (burst budget=0.1), every run recovers at every rate, but some relapse. In 1 (burst budget=2), runs recover at some values of the rate and not at others.",
		"On burst budget=0.1 every run recovers at rate 4, after 5.0 s on average; every run recovers for a time, but some are unhealthy again at rate 18 (of the users after the disturbance, 63 % were served, mean over the runs); up to 5.3 relapses, mean over the runs.",
		"(at most 0.19 % of the users were served in that time, mean over the runs).",
		"or at least 90 % of all users where under half were served before",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("answer lacks %q:\n%s", want, text)
		}
	}
}
