package results

import (
	"math"
	"testing"
)

// TestTuningAnswer: a rank changes where two policies are told apart both as they
// are and tuned, the other way round; where either is not known it does not.
func TestTuningAnswer(t *testing.T) {
	nan := math.NaN()
	both := []Pair{{"a", "a tuned"}, {"b", "b tuned"}}
	type levels map[string][2]float64 // of a policy: misses and cost, each ± a tenth
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
		var rows []Compared
		for _, policy := range []string{"a", "b", "a tuned", "b tuned"} {
			for i, metric := range DefaultPrimary() {
				if v, ok := c.of[policy]; ok {
					rows = append(rows, Compared{
						Workload: "w", Policy: policy, Metric: metric, Primary: true, N: 10, Over: OverSeeds,
						Mean: v[i], Low: 0.9 * v[i], High: 1.1 * v[i], Diff: nan, DiffLow: nan, DiffHigh: nan,
					})
				}
			}
		}
		if got := tuningAnswer(findingsOf(rows), c.tuned); got != c.want {
			t.Errorf("%s: %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestTuningAnswerNamesFew: of many changes three are told, and the number of the
// others.
func TestTuningAnswerNamesFew(t *testing.T) {
	var rows []Compared
	for _, w := range []string{"v", "w"} {
		for i, policy := range []string{"a", "b", "a tuned", "b tuned"} {
			for _, metric := range DefaultPrimary() {
				v := []float64{0.1, 0.2, 0.4, 0.3}[i]
				rows = append(rows, Compared{Workload: w, Policy: policy, Metric: metric, Primary: true, N: 10, Over: OverSeeds, Mean: v, Low: v - 0.01, High: v + 0.01})
			}
		}
	}
	const want = "Rank changes after tuning: yes, of 4 differences found both before and after 4 change sign: on v, by avoidable misses, a was better than b and is worse; " +
		"on v, by the cost per 1,000 requests in SLO, a was better than b and is worse; on w, by avoidable misses, a was better than b and is worse; and 1 more."
	if got := tuningAnswer(findingsOf(rows), []Pair{{"a", "a tuned"}, {"b", "b tuned"}}); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}
