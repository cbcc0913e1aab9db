package compare

import (
	"fmt"

	"cnv/results"
)

// Complete says what a folder of results lacks to be drawn again: every policy on every
// workload of the manifest, and nothing else. nil: it is whole. The error names the first
// cell that is not, and says that the folder is damaged. It is asked before anything is
// drawn: half a folder would make half a figure that looks whole.
func Complete(dir string) error {
	m, err := ReadManifest(dir)
	if err != nil {
		return err
	}
	rows, err := ReadComparison(dir)
	if err != nil {
		return err
	}
	count := map[[2]string]int{}
	for _, w := range m.Workloads {
		for _, p := range m.Policies {
			count[[2]string{w, p}] = 0
		}
	}
	for i := range rows {
		cell := [2]string{rows[i].Workload, rows[i].Policy}
		if _, ok := count[cell]; !ok {
			return fmt.Errorf("results: %s/comparison.csv has %s / %s, which manifest.json does not: the folder is damaged", dir, cell[0], cell[1])
		}
		count[cell]++
	}
	times := make([]int, len(m.Policies)) // that a policy is compared
	for _, pair := range beside(m.Policies, m.Contrasts) {
		times[pair[1]]++
	}
	for _, w := range m.Workloads {
		for i, p := range m.Policies {
			if n, want := count[[2]string{w, p}], len(results.Columns)*(1+times[i]); n != want {
				return fmt.Errorf("results: %s/comparison.csv has %d of %d lines of %s / %s: the folder is damaged", dir, n, want, w, p)
			}
		}
	}
	all, err := results.ReadDistributions(dir)
	if err != nil {
		return err
	}
	for _, d := range all {
		if _, ok := count[[2]string{d.Workload, d.Policy}]; !ok || len(d.P) != results.Quantiles {
			return fmt.Errorf("results: %s/distributions.csv has %d of %d lines of %s / %s: the folder is damaged", dir, len(d.P), results.Quantiles, d.Workload, d.Policy)
		}
	}
	_, err = results.ReadTimeline(dir)
	return err
}
