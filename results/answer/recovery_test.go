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
		l := RecoveryLine{Panel: fmt.Sprintf("w%d", i)}
		for _, mean := range [][]float64{{1, 1}, {1, 0}, {0, 0}, {0.5, 1}}[i%4] {
			var p RecoveryPoint
			p.recovered.Value.Mean = mean
			l.Points = append(l.Points, p)
		}
		lines = append(lines, l)
	}
	want := "After the disturbance, of 12 cases every run recovers on 3 (w0, w4 and w8), some runs recover on 6 (w1, w3, w5 and 3 more), no run recovers on 3 (w2, w6 and w10); recovered and recovery_s in comparison.csv tell each."
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
