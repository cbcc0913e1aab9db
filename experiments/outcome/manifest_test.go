package outcome

import (
	"testing"

	"cnv/experiments/plan"
)

// TestAnswerSaysWhatWasSo: live workers stop for clients that have left, so the
// answer to a live run says that, and not the key.
func TestAnswerSaysWhatWasSo(t *testing.T) {
	p, err := plan.Parse("f.toml", ".", `question = "q"
timeout = "1s"
[cluster]
instance = { cores = 1, speed = 1.0, usd_per_hour = 0.036 }
abandoned = "runs on"
[[workload]]
generator = "poisson"
rate = 1
duration = "10m"
[[policy]]
router = "jsq"
`, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for live, want := range map[bool]string{false: "runs on", true: "stops"} {
		if got := specOf(p, live).Leaving[0].Abandoned; got != want {
			t.Errorf("live %v: abandoned = %q, want %q", live, got, want)
		}
	}
}
