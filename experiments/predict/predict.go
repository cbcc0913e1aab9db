package predict

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"
	"time"

	"cnv/experiments/calibrate"
	"cnv/experiments/plan"
	"cnv/results"
	"cnv/results/fidelity"
)

// Options are how much is simulated.
type Options struct {
	Draws  int           // of each live run; 0: Draws
	Within time.Duration // for longer nothing is simulated; 0: Within
	Level  string        // fidelity.Row.Level
}

const (
	// Draws is how often each live run is simulated.
	Draws = 10
	// fewest is how many draws a prediction takes.
	fewest = 5
	// Within is how long predictions may take, in real time: a live run of some minutes
	// takes some tenths of a second to simulate.
	Within = 10 * time.Second
	// Patient is how long they may where somebody has asked for them.
	Patient = time.Hour
)

// ErrTooLong says that too few draws were there in time.
var ErrTooLong = errors.New("the simulation takes too long")

// A measured is a live run, and the cell that it is of.
type measured struct {
	cell plan.Cell
	row  *results.Row
}

// A cell is the live runs of a policy on a workload.
type cell struct{ runs []measured }

// Predict simulates the live runs of a plan, each with its own arrivals and several draws
// of everything else, and compares. measured are the live runs of a workload and a policy,
// by their places in the plan; none where they were not measured. Where time is over it
// takes the draws that all runs have, or returns ErrTooLong.
func Predict(ctx context.Context, p *plan.Plan, of func(workload, policy int) []results.Row, o Options) ([]fidelity.Row, error) {
	if o.Draws == 0 {
		o.Draws = Draws
	}
	if o.Within == 0 {
		o.Within = Within
	}
	var cells []cell
	for i, c := range p.Cells() {
		var x cell
		rows := of(i/len(p.Policies), i%len(p.Policies))
		for k := range rows {
			x.runs = append(x.runs, measured{c, &rows[k]})
		}
		if len(rows) > 0 {
			cells = append(cells, x)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, o.Within)
	defer cancel()
	draws, n, err := simulate(ctx, cells, o.Draws)
	if err != nil {
		return nil, err
	}
	var out []fidelity.Row
	for i := range cells {
		out = append(out, cells[i].compare(draws[i], n, o.Level)...)
	}
	return out, nil
}

// simulate makes n draws of each run of each cell: the first of all, then the second of all.
// It returns how many all have.
func simulate(ctx context.Context, cells []cell, n int) (draws [][][]results.Row, all int, err error) {
	draws = make([][][]results.Row, len(cells))
	for i := range cells {
		draws[i] = make([][]results.Row, len(cells[i].runs))
	}
	for k := range n {
		if err := drawAll(ctx, cells, draws, k); err != nil {
			if ctx.Err() == nil {
				return nil, 0, err
			}
			break // time is over
		}
		all = k + 1
	}
	switch {
	case all >= min(fewest, n):
		return draws, all, nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, 0, ErrTooLong
	}
	return nil, 0, ctx.Err()
}

// drawAll makes the k-th draw of all runs, as many at once as there are cores.
func drawAll(ctx context.Context, cells []cell, draws [][][]results.Row, k int) error {
	var group sync.WaitGroup
	var mu sync.Mutex
	var errs []error
	places := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range cells {
		for j, m := range cells[i].runs {
			group.Add(1)
			places <- struct{}{}
			go func() {
				defer func() { <-places; group.Done() }()
				row, err := m.once(ctx, k)
				mu.Lock()
				defer mu.Unlock()
				errs, draws[i][j] = append(errs, err), append(draws[i][j], row)
			}()
		}
	}
	group.Wait()
	return errors.Join(errs...)
}

// once makes the k-th draw of a run: its arrivals, and other machines. A policy that does
// not come to an end is left to itself.
func (m *measured) once(ctx context.Context, k int) (results.Row, error) {
	type ending struct {
		row results.Row
		err error
	}
	ended := make(chan ending, 1)
	go func() {
		var e ending
		defer func() {
			if p := recover(); p != nil {
				e = ending{err: fmt.Errorf("simulating %s / %s: %v", m.cell.Scenario.Name, m.cell.Policy.Name, p)}
			}
			ended <- e
		}()
		seed := m.row.Info.Seed
		rec := results.NewRun(results.RunInfo{Workload: m.cell.Scenario.Name, Policy: m.cell.Policy.Name, Seed: seed, Classes: m.cell.Classes()})
		e.row, e.err = m.cell.RunOn(ctx, seed, seed+uint64(k)<<32, rec, nil)
	}()
	select {
	case e := <-ended:
		return e.row, e.err
	case <-ctx.Done():
		return results.Row{}, ctx.Err()
	}
}

// compare holds the mean of the live runs of a cell against those of each draw.
func (c *cell) compare(draws [][]results.Row, n int, level string) []fidelity.Row {
	var out []fidelity.Row
	for _, m := range calibrate.ForRequests(c.requests()) {
		mean, again := 0.0, make([]float64, n)
		r := fidelity.Row{Workload: c.runs[0].cell.Scenario.Name, Policy: c.runs[0].cell.Policy.Name, Metric: m.Name, Unit: m.Unit, Level: level, Runs: len(c.runs), Draws: n}
		for j := range c.runs {
			mean += m.Of(&calibrate.Run{Row: *c.runs[j].row}) / float64(len(c.runs))
			for k := range again {
				again[k] += m.Of(&calibrate.Run{Row: draws[j][k]}) / float64(len(c.runs))
			}
			r.Unranked = r.Unranked || c.runs[j].row.Info.Unranked != ""
		}
		p := calibrate.Predict(again)
		r.Within = m.Within(mean, &p)
		if p = m.Possible(p); math.IsInf(p.Mean, 0) {
			p.Low, p.High = p.Mean, p.Mean
		}
		r.Measured, r.Predicted, r.Low, r.High = mean, p.Mean, p.Low, p.High
		out = append(out, r)
	}
	return out
}

// requests is how many the live runs of a cell had in all.
func (c *cell) requests() (n int) {
	for i := range c.runs {
		n += int(c.runs[i].row.Value("requests"))
	}
	return n
}
