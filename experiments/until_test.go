package main

import (
	"strings"
	"testing"

	"cnv/experiments/plan"
	"cnv/results/compare"
)

// TestUntilHasOneUnitAndOneTruth: widths and targets of shares are in points, and what few
// replications carry has a longer interval, not one that a warning takes back.
func TestUntilHasOneUnitAndOneTruth(t *testing.T) {
	p := &plan.Plan{Policies: make([]*plan.Policy, 2)}
	p.Seeds = 320
	for _, c := range []struct {
		name string
		w    compare.Width
		want string
	}{
		{"a share", compare.Width{Intervals: 2, Shares: 1, Widest: 0.031, Where: "miss_avoidable of b on w", Points: true}, "the interval of miss_avoidable of b on w is still ±3.1 points wide"},
		{"a cost", compare.Width{Intervals: 2, Shares: 1, Widest: 0.031, Where: "cost_usd of b on w"}, "the interval of cost_usd of b on w is still ±3.1 % wide"},
		{"shares alone", compare.Width{Intervals: 1, Shares: 1, Widest: 0.01}, "wider than ±2 points,"},
		{"costs alone", compare.Width{Intervals: 1, Widest: 0.01}, "wider than ±2 %,"},
		{"both", compare.Width{Intervals: 2, Shares: 1, Widest: 0.01}, "wider than ±2 points, of shares, or 2 %,"},
		{"carried by few", compare.Width{Intervals: 1, Widest: 0.01, Carried: []string{"x"}}, "their intervals are longer than Student's"},
	} {
		text := strings.Join((&compareCmd{}).stopped(p, p, 0.02, c.w, nil), "\n")
		if !strings.Contains(text, c.want) || strings.Contains(text, "not to be believed") {
			t.Errorf("%s: %q, want %q", c.name, text, c.want)
		}
	}
}

// TestUntilTellsItsTargetAsItWasGiven: a percentage is said in the digits of the flag.
func TestUntilTellsItsTargetAsItWasGiven(t *testing.T) {
	for _, flag := range []string{"1.8", "2", "0.01", "0.07", "5.6", "99.99", "0.29"} {
		target, err := parsePercent("--until", flag+"%")
		if err != nil {
			t.Fatal(err)
		}
		for want, w := range map[string]compare.Width{
			flag + " %":      {Intervals: 1},
			flag + " points": {Intervals: 1, Shares: 1},
			flag + " points, of shares, or " + flag + " %": {Intervals: 2, Shares: 1},
		} {
			if got := targetIn(w, target); got != want {
				t.Errorf("--until %s%%: %q, want %q", flag, got, want)
			}
		}
	}
}
