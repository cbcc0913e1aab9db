package main

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"cnv/experiments/plan"
	"cnv/results"
	"cnv/results/words"
	"cnv/sim"
)

// TestOriginalDropsAlike: the original launches and drops as many machines on local
// endpoints, tries again as often and misses as large a share, as in the simulator, within
// the range of thirty simulated runs: there and here packets are lost while a machine boots and sent again as Linux does, connections
// are refused from when its network is up, and nobody gives up earlier.
func TestOriginalDropsAlike(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		overrun, err := os.ReadFile(filepath.Join("testdata", "original.toml"))
		if err != nil {
			t.Fatal(err)
		}
		p, err := plan.Parse("tiny.toml", ".", string(overrun), plan.Options{})
		if err != nil {
			t.Fatal(err)
		}
		c := p.Cells()[0]
		least, most := map[string]float64{}, map[string]float64{}
		for seed := p.Seed; seed < p.Seed+30; seed++ {
			src, err := c.Scenario.Workload.Made.Open(seed)
			if err != nil {
				t.Fatal(err)
			}
			row, err := sim.Run(context.Background(), c.Config(seed), src, results.NewRun(results.RunInfo{}))
			if err != nil {
				t.Fatal(err)
			}
			for _, metric := range alike {
				v := row.Value(metric)
				if _, known := least[metric]; !known {
					least[metric], most[metric] = v, v
				}
				least[metric], most[metric] = min(least[metric], v), max(most[metric], v)
			}
		}
		out := t.TempDir()
		if code, text := m.run(write(t, string(overrun)), "--worker", script(t), "--out", out, "--no-figures", "--quiet"); code != exitDone {
			t.Fatalf("exit %d\n%s", code, text)
		}
		got := requests(t, filepath.Join(out, "tiny", "runs.csv"))[0]
		for _, metric := range alike {
			n, err := strconv.ParseFloat(got[metric], 64)
			t.Logf("%s: %v live, %v to %v in 30 simulated runs", metric, got[metric], least[metric], most[metric])
			some := words.IfElse(metric == results.AvoidableMisses, 0.1, 2)
			if err != nil || n < least[metric] || n > most[metric] || most[metric] < some {
				t.Errorf("%s: %v live (%v), %v to %v in 30 simulated runs; want it within, and some that have %v", metric, got[metric], err, least[metric], most[metric], some)
			}
		}
	})
}

// alike is what both worlds have to agree on: what live refuses and the simulator
// answers shows in retries first.
var alike = []string{"launches", "dropped_vms", "retries", results.AvoidableMisses}
