package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/live/journals"
	"cnv/policy"
	"cnv/policy/journal"
	"cnv/workloads"
)

// A slowed is arrivals of which some take longer than their work: machines that are slower
// from an instant until another one.
type slowed struct {
	workloads.Source
	from, until time.Duration
	factor      float64
}

// slow says whether machines are, at an instant.
func (s slowed) slow(at time.Duration) bool { return at >= s.from && at < s.until }

// Next implements workloads.Source.
func (s slowed) Next(a *workloads.Arrival) bool {
	ok := s.Source.Next(a)
	if ok && s.slow(a.At) {
		a.Work = time.Duration(float64(a.Work) * s.factor)
	}
	return ok
}

// An honest is a journal in which the work of slowed requests is what it was.
type honest struct {
	*journals.Writer
	slowed
	late map[policy.RequestID]bool
}

// Add implements sim.Journal.
func (h honest) Add(now time.Duration, e *policy.Event, commands []policy.Command) {
	told := *e
	switch e.Kind {
	case policy.Arrival:
		h.late[e.Request] = h.slow(now)
	case policy.Done:
		if h.late[e.Request] {
			told.Work /= h.factor
		}
	}
	h.Writer.Add(now, &told, commands)
}

// slowedJournal keeps the journal of a cell whose machines are slower for a while.
func slowedJournal(ctx context.Context, dir string, p *plan.Plan, cell plan.Cell, seed uint64, slow slowed) error {
	cfg := cell.Config(seed)
	w, err := journals.Create(dir, journal.Header{
		Build: outcome.BuildStrings(), Experiment: p.Text, Policy: cell.Policy.Name, Workload: cell.Scenario.Name,
		Seed: seed, Config: journal.Settings(cfg.ControlPlane()),
	}, journals.Options{Wait: true})
	if err != nil {
		return err
	}
	if slow.Source, err = cell.Scenario.Workload.Made.Open(seed); err != nil {
		return err
	}
	err = plan.Simulate(ctx, cfg, slow, honest{w, slow, map[policy.RequestID]bool{}})
	if closed := w.Close(); err == nil {
		err = closed
	}
	return err
}

// studyOther asks whether what-if refuses journals of worlds that change.
func studyOther(c *console, cmd *studyCmd) (rows []studyRow, err error) {
	const half, minute, never = 150 * time.Second, time.Minute, time.Hour
	for i, x := range []struct {
		what        string
		from, until time.Duration
		factor      float64
	}{
		{"machines 1.1 times slower from the middle on", half, never, 1.1},
		{"machines 1.3 times slower from the middle on", half, never, 1.3},
		{"machines twice as slow for one minute of five", half, half + minute, 2},
	} {
		n := max(4, cmd.worlds(40))
		s, err := eachWorld(c, cmd.Jobs, 1000+100*i, n, func(ctx context.Context, h *hiddenWorld, s *hiddenScore) error {
			dir := filepath.Join(h.dir, "changed")
			if err := slowedJournal(ctx, dir, h.plan, h.cell(h.a), hiddenSeed, slowed{nil, x.from, x.until, x.factor}); err != nil {
				return err
			}
			t, run, err := supposed(ctx, h.dir, dir, []string{h.b}, studyDraws, 1, nil)
			if err == nil && t.holds(&run) {
				s.placebos++
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", x.what, err)
		}
		rows = append(rows, share(x.what+": refused", n-s.placebos, n, 0.80, 1))
	}
	return rows, nil
}
