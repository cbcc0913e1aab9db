package workloads_test

import (
	"math"
	"testing"

	"cnv/policy"
	"cnv/policy/estimate"
	"cnv/workloads"
)

// byTarget are the ways to take counts for work.
var byTarget = []struct {
	name string
	of   func(*estimate.Relation, policy.Executed) float64
}{
	{"instructions", (*estimate.Relation).ByInstructions}, {"blocks", (*estimate.Relation).ByBlocks}, {"counts", (*estimate.Relation).ByCounts},
}

// offMeans is how far counts are from the mean CPU time of each input, on
// average: measurements of one input differ, its counts do not. With leave the
// relation has not seen the input.
func offMeans(all []workloads.Arrival, leave bool, of func(*estimate.Relation, policy.Executed) float64) float64 {
	var keys []policy.Key
	sums, counts := map[policy.Key]float64{}, map[policy.Key]float64{}
	executed := map[policy.Key]policy.Executed{}
	for _, a := range all {
		if counts[a.Key] == 0 {
			keys = append(keys, a.Key)
		}
		sums[a.Key] += a.Work.Seconds()
		counts[a.Key]++
		executed[a.Key] = a.Executed
	}
	off := 0.0
	for _, k := range keys {
		var r estimate.Relation
		for _, a := range all {
			if !leave || a.Key != k {
				r.Learn(a.Executed, a.Work.Seconds())
			}
		}
		off += math.Abs(of(&r, executed[k])/(sums[k]/counts[k])-1) / float64(len(keys))
	}
	return off
}

// TestCountsPredictCPUTime: how well counts tell the CPU time of the recorded
// requests, per kernel and for all kernels together, of inputs that were seen and
// of an input left out. The log has the figures. All three counts tell it at least
// as well as instructions do, and kernels apart better than together.
func TestCountsPredictCPUTime(t *testing.T) {
	m, err := workloads.RecordedMix()
	if err != nil {
		t.Fatal(err)
	}
	pooled := m.Requests()
	for _, a := range pooled {
		if !a.Executed.Counted() {
			t.Fatalf("a recorded request without counts: %+v", a)
		}
	}
	together := offMeans(pooled, false, byTarget[0].of)
	t.Logf("all kernels   instructions: off by %4.1f %% of inputs seen, %4.1f %% of an input left out", 100*together, 100*offMeans(pooled, true, byTarget[0].of))
	for c, class := range m.Classes() {
		var own []workloads.Arrival
		for _, a := range pooled {
			if int(a.Class) == c {
				own = append(own, a)
			}
		}
		seen, left := map[string]float64{}, map[string]float64{}
		for _, by := range byTarget {
			seen[by.name], left[by.name] = offMeans(own, false, by.of), offMeans(own, true, by.of)
			t.Logf("%-13s %-13s off by %4.1f %% of inputs seen, %4.1f %% of an input left out", class.Name, by.name+":", 100*seen[by.name], 100*left[by.name])
		}
		if seen["counts"] > seen["instructions"]+0.001 || left["counts"] > left["instructions"]+0.01 {
			t.Errorf("%s: counts are off by %.3f (%.3f of an input left out), instructions by %.3f (%.3f)", class.Name, seen["counts"], left["counts"], seen["instructions"], left["instructions"])
		}
		if seen["instructions"] > together {
			t.Errorf("%s: by itself off by %.3f, with all kernels by %.3f", class.Name, seen["instructions"], together)
		}
	}
}
