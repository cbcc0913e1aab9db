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
discipline = "%s"
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
%s`

// requests are the cases of BenchmarkRequest: the yardstick, and what differs from it.
// Their instructions are counted by internal/instructions.
var requests = []struct{ name, discipline, functions, policy string }{
	{"w1", "fcfs", "", `router = "roundrobin"`},
	{"jsq", "fcfs", "", `router = "jsq"`},
	{"ps", "ps", "", `router = "jsq"`},
	{"rls", "fcfs", "", "router = \"leastwork\"\nestimator = \"rls\""},
	{"functions", "fcfs", "[functions]\nmemory_mb = 1769\n", "router = \"roundrobin\"\nspill = \"always\""},
	{"nova-original", "ps", "[functions]\nmemory_mb = 1769\n", "router = \"nova-original\"\nspill = \"busy\""},
}

// BenchmarkRequest is one request as an experiment file runs it: generator, control plane,
// world and statistics. BenchmarkW1Bare in sim is the queue of w1 written by hand.
func BenchmarkRequest(b *testing.B) {
	for _, r := range requests {
		b.Run(r.name, func(b *testing.B) {
			text := fmt.Sprintf(w1, r.discipline, max(b.N, 2), r.functions) + "[[policy]]\nname = \"p\"\n" + r.policy + "\n"
			p, err := Parse("w1.toml", ".", text, Options{})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.ResetTimer()
			if _, err := p.Cells()[0].Run(context.Background(), 1, results.NewRun(results.RunInfo{}), nil); err != nil {
				b.Fatal(err)
			}
		})
	}
}
