package answer

import (
	"strings"
	"testing"

	"cnv/results/words"
)

// TestDroppedAnswer: what was launched, dropped and paid on is said of each of the first
// policies that drop VMs, and of the others that they do.
func TestDroppedAnswer(t *testing.T) {
	var fs Findings
	for _, p := range []string{"seed", "two words", "c", "d", "keeps"} {
		dropped := 3.5
		if p == "keeps" {
			dropped = 0
		}
		for metric, v := range map[string]float64{DroppedVMs: dropped, "launches": 4, droppedUSD: 0.5, "cost_usd": 1.25} {
			fs = append(fs, Finding{workload: "w", policy: p, Metric: metric, Value: words.Estimate{Mean: v, Low: v, High: v}})
		}
	}
	got := droppedAnswer(fs)
	if len(got) != 4 || got[0] != "Per run, seed launched 4 VMs beside those it began with and dropped 3.5 of all on w, paying $0.500 of $1.25 for dropped ones. A dropped VM is not used again, and billed for as long as it runs." ||
		!strings.HasPrefix(got[1], `Per run, "two words" launched`) || !strings.HasPrefix(got[3], "VMs that were dropped ran on under d, too") {
		t.Errorf("it says %q", got)
	}
}
