package predict

import (
	"slices"

	"cnv/results"
	"cnv/results/fidelity"
	"cnv/results/stat"
)

// A Pair is two policies on a workload that live runs tell apart by their misses.
type Pair struct {
	Workload, A, B  string
	Live, Simulated float64 // misses of B less those of A, points
	Alike           bool    // the simulator puts them into the same order
}

// Ordered are the pairs of policies that live runs tell apart: the interval of 95 % of the paired
// differences over seeds, two at least, does not hold 0. all is what the simulator gives for the runs.
func Ordered(runs []results.Row, all []fidelity.Row) (out []Pair) {
	misses := map[[2]string]map[uint64]float64{}
	for i := range runs {
		at := [2]string{runs[i].Info.Workload, runs[i].Info.Policy}
		if misses[at] == nil {
			misses[at] = map[uint64]float64{}
		}
		misses[at][runs[i].Info.Seed] = 100 * (1 - runs[i].Value("slo_attainment"))
	}
	of := slices.DeleteFunc(slices.Clone(all), func(r fidelity.Row) bool { return r.Metric != "misses" })
	for i := range of {
		for j := range of[:i] {
			a, b := &of[j], &of[i]
			if a.Workload != b.Workload {
				continue
			}
			var differences []float64
			for seed, v := range misses[[2]string{a.Workload, a.Policy}] {
				if w, both := misses[[2]string{b.Workload, b.Policy}][seed]; both {
					differences = append(differences, w-v)
				}
			}
			if len(differences) < 2 {
				continue
			}
			slices.Sort(differences) // sums are the same, whatever the order of the map
			if mean, low, high := stat.Interval(differences); low > 0 || high < 0 {
				simulated := b.Predicted - a.Predicted
				out = append(out, Pair{a.Workload, a.Policy, b.Policy, mean, simulated, mean*simulated > 0})
			}
		}
	}
	return out
}
