package answer

import (
	"strings"
	"testing"

	"cnv/results"
	"cnv/results/compare"
	"cnv/results/stat"
)

// levels is the misses and the cost of policies on a workload w.
type levels map[string][2]float64

// tenths are findings where a difference is known to a tenth of the two levels.
func tenths(of levels) Findings {
	var rows []compare.Compared
	var wins []compare.Win
	policies := []string{"a", "b", "a tuned", "b tuned"}
	for i, metric := range compare.DefaultPrimary() {
		for k, policy := range policies {
			v, ok := of[policy]
			if !ok {
				continue
			}
			rows = append(rows, compare.Compared{Workload: "w", Policy: policy, Metric: metric, Primary: true, N: 10, Over: stat.OverSeeds, Mean: v[i], Low: v[i], High: v[i]})
			for _, against := range policies[:k] {
				if u, ok := of[against]; ok {
					wins = append(wins, compare.Win{Workload: "w", Metric: metric, Policy: policy, Against: against, N: 10, Difference: about(v[i]-u[i], (v[i]+u[i])/10), Verdict: compare.Judge(v[i]-u[i], v[i]-u[i]-(v[i]+u[i])/10, v[i]-u[i]+(v[i]+u[i])/10, 0, results.LowerIsBetter)})
				}
			}
		}
	}
	return FindingsOf(rows, wins)
}

// TestTuningAnswer: a rank changes where two policies are told apart both as they
// are and tuned, the other way round; where either is not known it does not.
func TestTuningAnswer(t *testing.T) {
	both := []Pair{{"a", "a tuned"}, {"b", "b tuned"}}
	for _, c := range []struct {
		name  string
		of    levels
		tuned []Pair
		want  string
	}{
		{"nothing tuned", levels{"a": {0.1, 1}, "b": {0.5, 2}}, nil, ""},
		{"no", levels{"a": {0.1, 1}, "b": {0.5, 2}, "a tuned": {0.05, 0.5}, "b tuned": {0.2, 1.5}}, both,
			"Rank changes after tuning: no; 2 differences between policies found both before and after, none with another sign."},
		{"one with nothing to tune", levels{"a": {0.1, 1}, "b": {0.5, 2}, "b tuned": {0.2, 1.05}}, both[1:],
			"Rank changes after tuning: no; 1 difference between policies found both before and after, none with another sign."},
		{"yes, by misses", levels{"a": {0.1, 1}, "b": {0.5, 2}, "a tuned": {0.09, 0.5}, "b tuned": {0.01, 1.5}}, both,
			"Rank changes after tuning: yes, of 2 differences found both before and after 1 change sign: on w, by avoidable misses, a was better than b and is worse."},
		{"yes, by cost", levels{"a": {0.1, 3}, "b": {0.5, 2}, "b tuned": {0.3, 9}}, both[1:],
			"Rank changes after tuning: yes, of 2 differences found both before and after 1 change sign: on w, by the cost per 1,000 requests in SLO, b was better than a and is worse."},
		{"alike before", levels{"a": {0.1, 1}, "b": {0.1, 1}, "a tuned": {0.05, 0.5}, "b tuned": {0.2, 1.5}}, both,
			"Rank changes after tuning: not known, as no two policies are told apart both before and after."},
		{"alike after", levels{"a": {0.1, 1}, "b": {0.5, 2}, "a tuned": {0.1, 1}, "b tuned": {0.105, 1.05}}, both,
			"Rank changes after tuning: not known, as no two policies are told apart both before and after."},
	} {
		if got := tuningAnswer(tenths(c.of), c.tuned); got != c.want {
			t.Errorf("%s: %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestTuningAnswerNamesFew: of many changes three are told, and the number of the
// others.
func TestTuningAnswerNamesFew(t *testing.T) {
	var fs Findings
	for _, w := range []string{"v", "w"} {
		for _, f := range tenths(levels{"a": {0.1, 1}, "b": {0.2, 2}, "a tuned": {0.4, 4}, "b tuned": {0.3, 3}}) {
			f.workload = w
			fs = append(fs, f)
		}
	}
	const want = "Rank changes after tuning: yes, of 4 differences found both before and after 4 change sign: on v, by avoidable misses, a was better than b and is worse; " +
		"on v, by the cost per 1,000 requests in SLO, a was better than b and is worse; on w, by avoidable misses, a was better than b and is worse; and 1 more."
	if got := tuningAnswer(fs, []Pair{{"a", "a tuned"}, {"b", "b tuned"}}); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// TestNothingToTune: who keeps its parameters is said to, and ranks as before.
func TestNothingToTune(t *testing.T) {
	fs := tenths(levels{"a": {0.1, 1}, "b": {0.5, 5}})
	got := tuningAnswer(fs, []Pair{{"a", "a"}, {"b", "b"}})
	if want := "Rank changes after tuning: no, as no policy changes. Of a and b no other parameters did better in training, or there are none."; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	fs = tenths(levels{"a": {0.1, 1}, "b": {0.5, 5}, "b tuned": {0.01, 0.1}})
	if got := tuningAnswer(fs, []Pair{{"a", "a"}, {"b", "b tuned"}}); !strings.Contains(got, "tuning: yes") || !strings.Contains(got, "Of a no other parameters") {
		t.Errorf("got %s", got)
	}
}
