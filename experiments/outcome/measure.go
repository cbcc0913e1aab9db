package outcome

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"cnv/experiments/plan"
	"cnv/results"
	"cnv/results/compare"
)

// Measure gives metrics of the runs of a cell under n successive seeds, made now or
// earlier, several at a time. Where the question is about the steady state, the
// warm-up is the same for all of them. It may be called by several goroutines.
func (s *Search) Measure(ctx context.Context, cell plan.Cell, first uint64, n int, metrics ...string) ([][]float64, error) {
	if s.asked.Steady {
		return s.steady(ctx, cell, first, n, metrics)
	}
	out := make([][]float64, n)
	group, running := errgroup.WithContext(ctx)
	for i := range out {
		group.Go(func() (err error) {
			out[i], err = s.once(running, cell, first+uint64(i), metrics)
			return err
		})
	}
	return out, errors.Join(group.Wait(), ctx.Err())
}

// once gives metrics of one run.
func (s *Search) once(ctx context.Context, cell plan.Cell, seed uint64, metrics []string) ([]float64, error) {
	key := s.key(cell, seed, 1, metrics)
	if known, ok := s.lookUp(key, len(metrics)); ok {
		s.found.Add(1)
		return known, nil
	}
	row, err := s.simulate(ctx, cell, seed, results.NewRun(s.info(cell, seed)))
	if err != nil {
		return nil, err
	}
	values := valuesOf(&row, metrics)
	return values, s.remember(key, values)
}

// steady gives those of runs that have one warm-up, which each needs all others for.
func (s *Search) steady(ctx context.Context, cell plan.Cell, first uint64, n int, metrics []string) ([][]float64, error) {
	key := s.key(cell, first, n, metrics)
	if known, ok := s.lookUp(key, n*len(metrics)); ok {
		s.found.Add(int64(n))
		return slices.Collect(slices.Chunk(known, len(metrics))), nil
	}
	over := cell.Scenario.Workload.Made
	set := compare.NewSet(compare.Plan{
		Design:  results.Design{Workloads: []string{cell.Scenario.Name}, Policies: []string{cell.Policy.Name}, Replications: n, Steady: true, After: s.asked.After, Predictions: []bool{cell.Policy.Estimates()}},
		Over:    []string{Over(over.Replicates)},
		Windows: []int{over.Windows},
		Beyond:  []float64{over.Beyond},
	}, "")
	group, running := errgroup.WithContext(ctx)
	for i := range n {
		group.Go(func() error {
			rec, err := set.Open(0, 0, i, first+uint64(i), cell.Classes())
			if err != nil {
				return err
			}
			row, err := s.simulate(running, cell, first+uint64(i), rec)
			if err != nil {
				return err
			}
			return set.Add(0, 0, rec, row)
		})
	}
	if err := errors.Join(group.Wait(), ctx.Err()); err != nil {
		return nil, err
	}
	var values []float64
	for _, row := range set.Rows(0, 0) {
		values = append(values, valuesOf(&row, metrics)...)
	}
	return slices.Collect(slices.Chunk(values, len(metrics))), s.remember(key, values)
}

// Halves compares the first and the second half of runs of a cell; nil where the
// question is about the steady state, whose warm-up is left out. It runs them again.
func (s *Search) Halves(ctx context.Context, cell plan.Cell, first uint64, n int) (*compare.Halves, error) {
	if s.asked.Steady {
		return nil, nil
	}
	runs := make([]*results.Run, n)
	group, running := errgroup.WithContext(ctx)
	for i := range runs {
		runs[i] = results.NewRun(s.info(cell, first+uint64(i)))
		group.Go(func() error {
			_, err := s.simulate(running, cell, first+uint64(i), runs[i])
			return err
		})
	}
	if err := errors.Join(group.Wait(), ctx.Err()); err != nil {
		return nil, err
	}
	out := &compare.Halves{}
	for _, r := range runs {
		out.Add(r)
	}
	return out, nil
}

// simulate makes a run when there is room for one.
func (s *Search) simulate(ctx context.Context, cell plan.Cell, seed uint64, rec *results.Run) (results.Row, error) {
	select {
	case s.slots <- struct{}{}:
	case <-ctx.Done():
		return results.Row{}, ctx.Err()
	}
	defer func() { <-s.slots }()
	row, err := Simulate(ctx, cell, seed, rec, nil, nil)
	if f := (*Fault)(nil); errors.As(err, &f) {
		return row, fmt.Errorf("cnv: %w", err) // which names the run
	}
	if err != nil {
		return row, fmt.Errorf("%s / %s, seed %d: %w", cell.Scenario.Name, cell.Policy.Name, seed, err)
	}
	return row, nil
}

// info says which run it is, and what it is asked for.
func (s *Search) info(cell plan.Cell, seed uint64) results.RunInfo {
	out := s.asked
	out.Workload, out.Policy, out.Seed, out.Classes = cell.Scenario.Name, cell.Policy.Name, seed, cell.Classes()
	out.Predictions = cell.Policy.Estimates()
	return out
}

// key is that of n runs.
func (s *Search) key(cell plan.Cell, seed uint64, n int, metrics []string) string {
	text := cell.Digest(seed) + strings.Join(metrics, " ")
	if s.asked.Steady || s.asked.After > 0 {
		text += fmt.Sprint(" steady ", s.asked.Steady, " after ", s.asked.After, " runs ", n)
	}
	if cell.Policy.Estimates() {
		text += " predictions"
	}
	sum := sha256.Sum256([]byte(text))
	return string(sum[:keyBytes])
}

// lookUp gives so many values, if they are known.
func (s *Search) lookUp(key string, n int) ([]float64, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	values, ok := s.known[key]
	return values, ok && len(values) == n
}

// remember keeps values.
func (s *Search) remember(key string, values []float64) error {
	s.mu.Lock()
	s.known[key] = values
	s.mu.Unlock()
	if s.file == nil {
		return nil
	}
	if _, err := s.file.WriteString(formatSearched(key, values)); err != nil {
		return fmt.Errorf("cnv: cannot keep a finished run: %w", err)
	}
	return nil
}

func valuesOf(row *results.Row, metrics []string) []float64 {
	out := make([]float64, len(metrics))
	for i, m := range metrics {
		out[i] = row.Value(m)
	}
	return out
}
