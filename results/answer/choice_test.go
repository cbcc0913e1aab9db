package answer

import (
	"math"
	"strings"
	"testing"

	"cnv/results"
	"cnv/results/compare"
	"cnv/results/words"
)

// costed is a policy with its misses and its cost; sign is what is known of its cost
// against that of the last policy.
func costed(policy string, misses, cost float64, sign Sign) Findings {
	level := func(v float64) words.Estimate { return words.Estimate{Mean: v, Low: 0.9 * v, High: 1.1 * v} }
	fs := Findings{
		{workload: "w", policy: policy, Metric: results.AvoidableMisses, N: 10, Over: "seeds", primary: true, Value: level(misses)},
		{workload: "w", policy: policy, Metric: results.CostInSLO, N: 10, Over: "seeds", primary: true, Value: level(cost)},
	}
	if sign != Unknown {
		fs = append(fs, Finding{workload: "w", policy: policy, against: "d", Metric: results.CostInSLO, N: 10, Over: "seeds", primary: true, Value: level(cost), Change: level(cost - 1), says: sign})
	}
	return fs
}

// TestChoose: of the policies within the bound the first that is not found dearer than the
// cheapest of them, whatever is cheaper and misses more.
func TestChoose(t *testing.T) {
	file := func(b, c Sign) Findings {
		var fs Findings
		fs = append(fs, costed("a", 0.05, 0.5, Higher)...) // cheap, and misses 5 %
		fs = append(fs, costed("b", 0.005, 1.2, b)...)
		fs = append(fs, costed("c", 0.01, 1.1, c)...) // just within the bound
		return append(fs, costed("d", 0.001, 1, Unknown)...)
	}
	for _, c := range []struct {
		name string
		b, c Sign
		want string
		text string
	}{
		{"all found dearer", Higher, Higher, "d", "the cheapest of the 3 policies that keep them within 1 %"},
		{"one not known", Higher, NotKnown, "c", "the plainest of 2 policies"},
		{"one the same", Same, Higher, "b", "not found dearer than the cheapest of these, d at $1.00"},
		{"two not known", NotKnown, NotKnown, "b", "the plainest of 3 policies"},
	} {
		got := choose(file(c.b, c.c), nil, "w", 0.01)
		if got.Policy != c.want || !strings.Contains(got.Text, c.text) {
			t.Errorf("%s: takes %q: %s; want %q with %q", c.name, got.Policy, got.Text, c.want, c.text)
		}
	}
	if got := choose(file(Higher, Higher), nil, "w", 0.0001); got.Policy != "" || !strings.Contains(got.Text, "No policy keeps avoidable misses within 0.01 % in the mean; the fewest has d, 0.10 %") {
		t.Errorf("where none keeps the bound: %q: %s", got.Policy, got.Text)
	}
}

// TestNoChoiceSaysWhy: where nothing is answered in time there are no avoidable misses, and
// where an interval holds the bound it is not sure that no policy keeps it.
func TestNoChoiceSaysWhy(t *testing.T) {
	late := append(costed("a", 0, math.Inf(1), Unknown), costed("b", 0.2, 1, Unknown)...)
	got := choose(late, nil, "w", 0.01)
	if want := "of those that keep avoidable misses within 1 %, as a with 0 %, none has a cost per 1,000 requests in SLO, as in some run no request was answered within the SLO."; got.Policy != "" || !strings.Contains(got.Text, want) || strings.Contains(got.Text, "No policy keeps") {
		t.Errorf("nothing in time: %q: %s", got.Policy, got.Text)
	}
	const unsure = "That is not sure, as its interval holds 1 %"
	if got := choose(costed("a", 0.0105, 1, Unknown), nil, "w", 0.01); !strings.Contains(got.Text, unsure) {
		t.Errorf("an interval that holds the bound: %s", got.Text)
	}
	if got := choose(costed("a", 0.02, 1, Unknown), nil, "w", 0.01); strings.Contains(got.Text, unsure) {
		t.Errorf("an interval above the bound: %s", got.Text)
	}
}

// TestChooseSaysWhatIsNotSure: what turns in other worlds is said of the policy that is
// taken, and not of others.
func TestChooseSaysWhatIsNotSure(t *testing.T) {
	fs := append(costed("a", 0, 2, Higher), costed("d", 0, 1, Unknown)...)
	held := func(policy, against string, holds int) compare.Held {
		return compare.Held{Finding: compare.Finding{Workload: "w", Policy: policy, Against: against, Metric: results.CostInSLO, Sign: -1}, Drawn: 20, Holds: holds, Turn: "below a speed of 0.9"}
	}
	const unsure = "Not sure: with the file's boots, speeds and prices d costs less than a, but only in 11 of 20 draws of these; it turns below a speed of 0.9."
	if got := choose(fs, []compare.Held{held("d", "a", 11)}, "w", 0.01); !strings.Contains(got.Text, unsure) {
		t.Errorf("%s: want %q", got.Text, unsure)
	}
	if got := choose(fs, []compare.Held{held("d", "a", 0)}, "w", 0.01); !strings.Contains(got.Text, "d costs less than a, but in none of 20 draws of these") {
		t.Errorf("in no world: %s", got.Text)
	}
	fs = append(fs, costed("late", 0.4, 0.5, Unknown)...)
	for _, h := range []compare.Held{held("d", "a", 20), held("b", "a", 11), held("d", "late", 0), held("late", "d", 11)} {
		if got := choose(fs, []compare.Held{h}, "w", 0.01); strings.Contains(got.Text, "Not sure") {
			t.Errorf("%s holds in %d worlds: %s", h.Policy, h.Holds, got.Text)
		}
	}
}

// TestChooseByPairsAlone: where the intervals that hold together tell nothing, as with few
// replications, a policy that is dearer in the interval of the pair alone is not taken, and
// that no more is known is said. Else the plainest is, with what it costs more in the mean.
func TestChooseByPairsAlone(t *testing.T) {
	file := func(low float64) Findings {
		fs := append(costed("a", 0, 2, NotKnown), costed("d", 0, 1, Unknown)...)
		for i := range fs {
			if fs[i].against == "d" {
				fs[i].delta = 0.1
				fs[i].Change, fs[i].single = words.Estimate{Mean: 1, Low: -1, High: 3}, words.Estimate{Mean: 1, Low: low, High: 2 - low}
			}
		}
		return fs
	}
	got := choose(file(0.5), nil, "w", 0.01)
	if want := "Only in intervals of each pair alone, not in those that hold together for all pairs, a is found dearer than d: more replications (--seeds) would tell."; got.Policy != "d" || !strings.Contains(got.Text, want) {
		t.Errorf("takes %q: %s", got.Policy, got.Text)
	}
	if got = choose(file(0.05), nil, "w", 0.01); got.Policy != "a" || strings.Contains(got.Text, "Only in") {
		t.Errorf("dearer by less than what matters: takes %q: %s", got.Policy, got.Text)
	}
	got = choose(file(-0.5), nil, "w", 0.01)
	if want := "In the mean it costs $1.0 (−0.5 to 2.5) more than d, in an interval of this pair alone"; got.Policy != "a" || !strings.Contains(got.Text, want) {
		t.Errorf("takes %q: %s", got.Policy, got.Text)
	}
}
