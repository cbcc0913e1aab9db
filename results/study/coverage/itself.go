package coverage

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"cnv/experiments/plan"
	"cnv/results"
	"cnv/results/compare"
	"cnv/results/stat"
)

// itselfName names the comparison of a policy with itself.
const itselfName = "A policy against itself (quickstart, steady / seed) under other seeds"

// itself compares the first policy of an experiment with itself on its first
// workload, as often as n: the runs of the two have nothing in common. It
// counts in how many comparisons a primary metric is found to differ.
func itself(file string, n, seeds int, limit time.Duration) (found, done int, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, 0, fmt.Errorf("coverage: --quickstart: %w", err)
	}
	p, err := plan.Parse(file, filepath.Dir(file), string(text), plan.Options{})
	if err != nil {
		return 0, 0, err
	}
	cell := p.Cells()[0]
	var mu sync.Mutex
	done, err = each(n, limit, func(e int) error {
		rows, err := compared([]plan.Cell{cell, cell}, stat.OverSeeds, nil, seeds, func(cell plan.Cell, policy, i int, rec *results.Run) (results.Row, error) {
			return cell.Run(context.Background(), uint64(1+2*(e*seeds+i)+policy), rec, nil)
		})
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		if differs(rows) {
			found++
		}
		return nil
	})
	return found, done, err
}

// differs says whether any primary metric is found to differ.
func differs(rows []compare.Compared) bool {
	for i := range rows {
		if v := rows[i].Verdict; rows[i].Primary && (v == compare.Better || v == compare.Worse) {
			return true
		}
	}
	return false
}
