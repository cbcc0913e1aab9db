package figure

import (
	"strings"
	"testing"

	"cnv/results"
	"cnv/results/answer"
	"cnv/results/compare"
	"cnv/results/stat"
)

// TestWinsSayWhatPairsAre: the figure has every primary metric, and its caption
// says on which workload pairs are runs, resamples or batches, and how many.
func TestWinsSayWhatPairsAre(t *testing.T) {
	var rows []compare.Compared
	var wins []compare.Win
	for _, w := range []compare.Win{{Workload: "made", Over: stat.OverSeeds, N: 10}, {Workload: "recorded", Over: stat.OverWindows, N: 20}, {Workload: "long", Over: stat.OverBatches, N: 20}, {Workload: "once", Over: stat.OverNothing, N: 1}} {
		for _, metric := range []string{results.AvoidableMisses, results.CostInSLO} {
			for _, p := range []string{"a", "b"} {
				rows = append(rows, compare.Compared{Workload: w.Workload, Policy: p, Metric: metric, N: w.N, Over: w.Over, Primary: true})
			}
			w.Metric, w.Policy, w.Against = metric, "b", "a"
			wins = append(wins, w)
		}
	}
	s := &answer.Stored{Found: answer.FindingsOf(rows, wins), Wins: wins}
	if n := len(winsPanels(s)); n != 6 {
		t.Errorf("%d panels, want two metrics of three workloads", n)
	}
	got := winsCaption(s)
	for _, want := range []string{"over seeds, n = 10, on made;", "over resamples, n = 20 of one recording, on recorded;", "over batches, n = 20 of one run, on long)", results.AvoidableMisses + " and " + results.CostInSLO} {
		if !strings.Contains(got, want) {
			t.Errorf("the caption lacks %q: %s", want, got)
		}
	}
	if strings.Contains(got, "pairs of runs") || strings.Contains(got, "once") {
		t.Errorf("the caption tells of runs, or of what has no pairs: %s", got)
	}
}
