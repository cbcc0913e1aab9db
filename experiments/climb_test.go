package main

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"cnv/experiments/plan"
)

// TestSearchGoesOnToTheEnds: where misses at all loads of the curve may be within the limit,
// higher ones are tried until they surely are not; where five runs without a miss do not
// say that they are within it, a few lower ones are, and the warning says what was seen.
func TestSearchGoesOnToTheEnds(t *testing.T) {
	const text = `question = "How high can the load be?"
seeds = %d
slo = "5s"
[cluster]
instance = { cores = 1, speed = 1.0, usd_per_hour = 0.03 }
discipline = "fcfs"
initial = 1
max = 1
[[workload]]
generator = "poisson"
rate = 0.25
size = "exponential"
mean_work = "1s"
duration = %q
[[policy]]
router = "jsq"
`
	const limit, most = 0.05, 32 // points: a whole curve and the tries beyond it
	for _, c := range []struct {
		seeds    int
		duration string
		doubt    string
	}{
		{4, "10m", "the highest load is known to "},
		{5, "5m", "the highest load has no lower end, as at 0.0682 times the file's load, the lowest that was tried, misses of 0 % (0 to 45) are not known to be within the limit"},
	} {
		p, err := plan.Parse("x.toml", ".", fmt.Sprintf(text, c.seeds, c.duration), plan.Options{})
		if err != nil {
			t.Fatal(err)
		}
		all, err := (&compareCmd{Quiet: true, Fresh: true}).saturate(&console{ctx: t.Context(), err: io.Discard}, p, limit)
		if err != nil {
			t.Fatal(err)
		}
		s := &all[0]
		load, low, high := s.Load()
		first, last := s.Points[0], s.Points[len(s.Points)-1]
		if !(high > load && high <= last.Load && last.MissLow > limit) {
			t.Errorf("%d seeds: load %v up to %v; at %v misses of %v to %v", c.seeds, load, high, last.Load, last.MissLow, last.MissHigh)
		}
		if (low == 0) != strings.Contains(c.doubt, "lower") {
			t.Errorf("%d seeds: load %v from %v; at %v misses of %v to %v", c.seeds, load, low, first.Load, first.MissLow, first.MissHigh)
		}
		if said := strings.Join(s.Doubts(), "\n"); !strings.HasPrefix(said, c.doubt) || len(s.Points) > most {
			t.Errorf("%d seeds, %d points: %q", c.seeds, len(s.Points), said)
		}
	}
}
