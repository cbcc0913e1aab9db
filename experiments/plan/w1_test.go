package plan

import (
	"context"
	"fmt"
	"testing"

	"cnv/results"
)

// w1 is the yardstick: 100 one-core servers, first come, first served,
// Poisson arrivals at 80 % load, exponential work, round robin.
const w1 = `question = "W1"
seeds = 1
slo = "5x"
[cluster]
instance = { cores = 1, speed = 1.0, memory_mb = 2048, usd_per_hour = 0.05 }
discipline = "fcfs"
initial = 100
min = 100
max = 100
[[workload]]
name = "w1"
generator = "poisson"
rate = 80
size = "exponential"
mean_work = "1s"
requests = %d
[[policy]]
name = "rr"
router = "roundrobin"
`

// BenchmarkW1 is one request of the yardstick as an experiment file runs it:
// generator, control plane, world and statistics. BenchmarkW1Bare in sim is
// the same queue written by hand.
func BenchmarkW1(b *testing.B) {
	p, err := Parse("w1.toml", ".", fmt.Sprintf(w1, max(b.N, 2)), Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	if _, err := p.Cells()[0].Run(context.Background(), 1, results.NewRun(results.RunInfo{}), nil); err != nil {
		b.Fatal(err)
	}
}
