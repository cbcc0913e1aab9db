package main

import (
	"fmt"
	"math"
	"slices"

	"cnv/experiments/predict"
	"cnv/results"
	"cnv/results/fidelity"
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
		alike, told := 0, predict.Ordered(runs, some)
		for _, p := range told {
			if p.Alike {
				alike++
			}
		}
		if len(told) > 0 {
			rows = append(rows, share(fmt.Sprintf("%s: pairs told apart by misses, ordered alike", some[0].Level), alike, len(told), 1, 1))
		}
		more, err := studyJournals(c, cmd, dir, &some[0])
		if err != nil {
			return nil, err
		}
		rows, all = append(rows, more...), append(all, some...)
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
