package main

import (
	"path/filepath"
	"strings"
	"testing"

	"cnv/experiments/predict"
	"cnv/results"
	"cnv/results/fidelity"
)

// sevenPolicies is an experiment of seven policies, which make 21 pairs, on a rise in load.
const sevenPolicies = `question = "Are they ordered alike live and simulated?"
slo = "600ms"
timeout = "20s"
seeds = 3
live_seeds = 3
[cluster]
instance = "c7g.medium"
discipline = "fcfs"
initial = 2
min = 1
max = 8
boot = "3s"
[functions]
memory_mb = 1769
[[workload]]
name = "rise"
generator = "flash"
rate = 7
peak = 18
at = "2s"
rise = "1s"
hold = "5s"
fall = "1s"
duration = "10s"
size = "exponential"
mean_work = "200ms"
[[policy]]
name = "random"
router = "random"
[[policy]]
name = "in turn"
router = "roundrobin"
[[policy]]
name = "shortest"
router = "jsq"
[[policy]]
name = "random and scaled"
router = "random"
SCALED
[[policy]]
name = "shortest and scaled"
router = "jsq"
SCALED
[[policy]]
name = "scaled with functions"
router = "jsq"
spill = "busy"
SCALED
[[policy]]
name = "functions"
router = "jsq"
spill = "always"
`

// TestPairsAreOrderedAlike: of the 21 pairs of seven policies, run through gateway, HTTP and the APIs of
// a cloud, each that live runs tell apart is put into the same order by the simulator.
func TestPairsAreOrderedAlike(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("21 live runs take some seconds of processor time")
	}
	inMemory(t, func(t *testing.T, m *memory) {
		file, out := write(t, strings.ReplaceAll(sevenPolicies, "SCALED", "scaler = \"demand\"\nscaler_params = { window = \"3s\", period = \"1s\", hold = \"2s\" }")), t.TempDir()
		if code, said := m.run(file, "--worker", script(t), "--no-figures", "--quiet", "--out", out); code != exitDone {
			t.Fatal(said)
		}
		dir := filepath.Join(out, strings.TrimSuffix(filepath.Base(file), ".toml"))
		rows, err := fidelity.Read(dir)
		if err != nil {
			t.Fatal(err)
		}
		runs, err := results.ReadRuns(dir)
		if err != nil {
			t.Fatal(err)
		}
		within, n := 0, 0
		for i := range rows {
			if rows[i].Metric != "cost" {
				n++
				if rows[i].Within {
					within++
				}
			}
			t.Logf("%s %s: %.4g, simulated %.4g (%.4g to %.4g) %v", rows[i].Policy, rows[i].Metric, rows[i].Measured, rows[i].Predicted, rows[i].Low, rows[i].High, rows[i].Within)
		}
		pairs := predict.Ordered(runs, rows)
		for _, p := range pairs {
			if !p.Alike {
				t.Errorf("%s less %s: misses %.2g points live, %.2g simulated", p.B, p.A, p.Live, p.Simulated)
			}
		}
		if len(pairs) < 8 { // 13 and 11 were seen: what is told apart hangs on the order in which goroutines run
			t.Errorf("only %d of 21 pairs are told apart", len(pairs))
		}
		t.Logf("%d of 21 pairs told apart; %d of %d values within", len(pairs), within, n)
	})
}
