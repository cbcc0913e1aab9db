package coverage

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"cnv/experiments/plan"
	"cnv/results"
	"cnv/results/compare"
	"cnv/results/stat"
	"cnv/sim"
	"cnv/workloads"
)

// The metrics whose truth is known.
const (
	meanMetric = "answered_response_mean_s"
	p99Metric  = "response_p99_s"
)

// withRequests fills in the length of a replication.
func withRequests(toml string, n int) string {
	return strings.ReplaceAll(toml, "REQUESTS", strconv.Itoa(n))
}

// each runs up to n experiments on all cores, and begins none after the limit;
// 0 is none. It says how many were run: the first ones.
func each(n int, limit time.Duration, one func(e int) error) (int, error) {
	var group sync.WaitGroup
	next, errs := make(chan int), make(chan error, runtime.NumCPU())
	for range runtime.NumCPU() {
		group.Go(func() {
			var failed error
			for e := range next {
				if failed == nil {
					failed = one(e)
				}
			}
			errs <- failed
		})
	}
	began, done := time.Now(), 0
	for ; done < n && (limit == 0 || done == 0 || time.Since(began) < limit); done++ {
		next <- done
	}
	close(next)
	group.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return 0, err
		}
	}
	return done, nil
}

// A tally counts experiments: level and difference, of mean and percentile.
type tally struct {
	n       int
	covered [4]int
	off     [4]float64 // sums of relative errors
}

// share is a share as the table has it.
func (t *tally) share(i int) string {
	return fmt.Sprintf("%5.1f %%", 100*float64(t.covered[i])/float64(t.n))
}

// level is a share with the mean error of the estimates.
func (t *tally) level(i int) string {
	return fmt.Sprintf("%s (%+.1f %%)", t.share(i), 100*t.off[i]/float64(t.n))
}

// cover repeats the experiment.
func (s *system) cover(n, seeds int, until float64, limit time.Duration) (tally, error) {
	var mu sync.Mutex
	var t tally
	var err error
	t.n, err = each(n, limit, func(e int) error {
		rows, err := s.until(e, seeds, until)
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		for i := range rows {
			s.count(&t, &rows[i])
		}
		return nil
	})
	return t, err
}

// count looks at one row of a comparison.
func (s *system) count(t *tally, r *compare.Compared) {
	at := map[string]int{meanMetric: 0, p99Metric: 1}
	i, ok := at[r.Metric]
	if !ok {
		return
	}
	of := func(x truth) float64 { return [2]float64{x.mean, x.p99}[i] }
	if r.Against == "" {
		want := of(s.truth[0])
		t.off[i] += r.Mean/want - 1
		if r.Low <= want && want <= r.High {
			t.covered[i]++
		}
		return
	}
	want := of(s.truth[1]) - of(s.truth[0])
	if r.DiffLow <= want && want <= r.DiffHigh {
		t.covered[2+i]++
	}
}

// until is the comparison of the two policies over seeds of its own: so many, or
// as compare --until takes them, until the difference of means is known to the
// target.
func (s *system) until(e, seeds int, target float64) ([]compare.Compared, error) {
	if target == 0 {
		return s.experiment(uint64(1+e*seeds), seeds)
	}
	for ; ; seeds = compare.MoreSeeds(seeds) {
		rows, err := s.experiment(uint64(1+e*compare.MostSeeds), seeds)
		if err != nil || seeds >= compare.MostSeeds {
			return rows, err
		}
		if w := compare.Widest(rows); w.Widest <= target {
			return rows, nil
		}
	}
}

// experiment is the comparison of the two policies over seeds from the first.
func (s *system) experiment(first uint64, seeds int) ([]compare.Compared, error) {
	over, open := stat.OverSeeds, func(cell plan.Cell, i int) (workloads.Source, error) {
		return cell.Scenario.Workload.Made.Open(first + uint64(i))
	}
	if s.windows {
		r, err := record(s.cells[0], first, s.requests)
		if err != nil {
			return nil, err
		}
		over, open = stat.OverWindows, func(_ plan.Cell, i int) (workloads.Source, error) {
			return r.resample(first + uint64(i)), nil
		}
	}
	return compared(s.cells[:], over, []string{meanMetric}, seeds, func(cell plan.Cell, policy, i int, rec *results.Run) (results.Row, error) {
		src, err := open(cell, i)
		if err != nil {
			return results.Row{}, err
		}
		if f := s.fleets[policy]; s.twin {
			return newLine(f.servers, f.speed, f.own, first+uint64(i)).run(src, rec)
		}
		return sim.Run(context.Background(), cell.Config(first+uint64(i)), src, rec)
	})
}

// compared runs an experiment as the compare command does.
func compared(cells []plan.Cell, over string, primary []string, seeds int, run func(cell plan.Cell, policy, i int, rec *results.Run) (results.Row, error)) ([]compare.Compared, error) {
	p := compare.Plan{Design: results.Design{Workloads: []string{"w"}, Replications: seeds}, Name: "coverage", Over: []string{over}, Windows: []int{recordedWindows}, Primary: primary}
	for i := range cells {
		p.Policies = append(p.Policies, string(rune('a'+i)))
	}
	set := compare.NewSet(p, "")
	for k := range cells {
		var classes []string
		for _, class := range cells[k].Scenario.Workload.Made.Classes {
			classes = append(classes, class.Name)
		}
		for i := range seeds {
			rec, err := set.Open(0, k, i, uint64(i), classes)
			if err != nil {
				return nil, err
			}
			row, err := run(cells[k], k, i, rec)
			if err == nil {
				err = set.Add(0, k, rec, row)
			}
			if err != nil {
				return nil, err
			}
		}
	}
	return set.Comparison(), nil
}
