package main

import (
	"fmt"
	"math"
	"slices"

	"cnv/results"
	"cnv/results/fidelity"
	"cnv/results/stat"
)

// mostLiveError is what the median error of a metric of live runs may be, relative. Others
// published 4.4 % (OpenDT 2024, utilisation) and 7 to 9 % (BLIS 2025).
const mostLiveError = 0.07

// studyLive takes results of live, each beside its simulation: fidelity.csv, and the runs.
func studyLive(c *console, cmd *studyCmd) (rows []studyRow, err error) {
	if len(cmd.Live) == 0 {
		return []studyRow{{what: "none was given", found: "run live, and give --live DIR"}}, nil
	}
	var all []fidelity.Row
	for _, dir := range cmd.Live {
		some, err := fidelity.Read(dir)
		if err != nil {
			return nil, err
		}
		if len(some) == 0 {
			return nil, fmt.Errorf("%s has no %s: compare FILE --against %[1]s makes it", dir, fidelity.File)
		}
		runs, err := results.ReadRuns(dir)
		if err != nil {
			return nil, err
		}
		for _, level := range []string{"L1", "L2"} {
			told, alike := orderedAlike(runs, some, level)
			if told > 0 {
				rows = append(rows, share(fmt.Sprintf("%s, %s: pairs told apart by misses, ordered alike", dir, level), alike, told, 1, 1))
			}
		}
		all = append(all, some...)
	}
	for _, m := range []string{"misses", "p50", "p99", "cost", "VMs"} {
		for _, level := range []string{"L1", "L2"} {
			var errors []float64
			in, waited := 0, 0
			for i := range all {
				r := &all[i]
				switch {
				case r.Metric != m || r.Level != level:
				case r.Unranked:
					waited++
				default:
					if errors = append(errors, liveError(r)); r.Within {
						in++
					}
				}
			}
			if len(errors)+waited == 0 {
				continue
			}
			row := studyRow{what: level + ": " + m, found: fmt.Sprintf("all %d had to wait for cores: not counted", waited), wanted: "median error ≤ " + percent(mostLiveError)}
			if len(errors) > 0 {
				slices.Sort(errors)
				median := errors[(len(errors)-1)/2]
				row.found = fmt.Sprintf("%d of %d within, median error %s", in, len(errors), percent(median))
				row.off = !(median <= mostLiveError)
			}
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// liveError is how far a prediction is off, relative; shares in parts of one.
func liveError(r *fidelity.Row) float64 {
	if r.Unit == "%" {
		return math.Abs(r.Error()) / 100
	}
	return math.Abs(r.Error())
}

// orderedAlike counts the pairs of policies of a level that live runs tell apart by their misses, by
// paired differences over seeds, and those that the simulator puts into the same order.
func orderedAlike(runs []results.Row, all []fidelity.Row, level string) (told, alike int) {
	misses := map[[2]string]map[uint64]float64{}
	for i := range runs {
		at := [2]string{runs[i].Info.Workload, runs[i].Info.Policy}
		if misses[at] == nil {
			misses[at] = map[uint64]float64{}
		}
		misses[at][runs[i].Info.Seed] = 100 * (1 - runs[i].Value("slo_attainment"))
	}
	for i := range all {
		for j := range all[:i] {
			a, b := &all[j], &all[i]
			if a.Metric != "misses" || b.Metric != "misses" || a.Workload != b.Workload || a.Level != level || b.Level != level {
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
			slices.Sort(differences)
			if mean, low, high := stat.Interval(differences); low > 0 || high < 0 {
				told++
				if mean*(b.Predicted-a.Predicted) > 0 {
					alike++
				}
			}
		}
	}
	return told, alike
}
