package main

import (
	"math"
	"testing"

	"cnv/experiments/plan"
	"cnv/results/compare"
	"cnv/results/stat"
)

// TestOneRecordingPutsNobodyOut: of trials that all met the same arrivals nobody knows how
// far they would miss on others, so that none leaves the race by its value; over seeds one
// that surely breaks its bound does.
func TestOneRecordingPutsNobodyOut(t *testing.T) {
	parts := compare.Parts("slo_attainment")
	g := &goal{metrics: []string{"slo_attainment"}, parts: parts, objective: "slo_attainment",
		bounds: []bound{{compare.Requirement{Metric: "slo_attainment", Min: 0.9, Max: math.Inf(1)}, 0}}}
	for over, want := range map[string]bool{stat.OverNothing: false, stat.OverSeeds: true} {
		var trials []*trial
		for n, share := range []float64{0.95, 0.5} {
			var runs [][]float64
			for i := range 8 {
				var run []float64
				for _, part := range parts {
					v := 1000.0
					if part == "in_slo" {
						v = 1000*share + float64(i)
					} else if part == "slo_attainment" {
						v = share + float64(i)/1000
					}
					run = append(run, v)
				}
				runs = append(runs, run)
			}
			trials = append(trials, &trial{n: n, policy: &plan.Policy{}, seen: []*compare.Searched{compare.NewSearched(over, 0, parts, runs)}})
		}
		g.eliminate(trials)
		if trials[0].out || trials[1].out != want {
			t.Errorf("over %s: out %v and %v, want false and %v", over, trials[0].out, trials[1].out, want)
		}
		if best := g.choose(trials); best.n != 0 {
			t.Errorf("over %s: chose trial %d, which misses more", over, best.n)
		}
	}
}
