package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cnv/experiments/plan"
	"cnv/live/journals"
	"cnv/policy"
	"cnv/workloads"
)

// A slowed is arrivals of which the later ones take longer than their work: machines that
// are slower from then on.
type slowed struct {
	workloads.Source
	after  time.Duration
	factor float64
}

func (s slowed) Next(a *workloads.Arrival) bool {
	ok := s.Source.Next(a)
	if ok && a.At >= s.after {
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

func (h honest) Add(now time.Duration, e *policy.Event, commands []policy.Command) {
	told := *e
	switch e.Kind {
	case policy.Arrival:
		h.late[e.Request] = now >= h.after
	case policy.Done:
		if h.late[e.Request] {
			told.Work /= h.factor
		}
	}
	h.Writer.Add(now, &told, commands)
}

// slowedJournal is the journal of the first policy of a small experiment whose machines
// are slower by a factor from some instant on.
func slowedJournal(t *testing.T, text string, after time.Duration, factor float64, seed uint64) string {
	t.Helper()
	r, err := journals.Open(filepath.Join(journalOf(t, text), "w", "a", "seed-1"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	p, err := plan.Parse("small.toml", t.TempDir(), text, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	cell := p.Cells()[0]
	src, err := cell.Scenario.Workload.Made.Open(seed)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	header := r.Header
	header.Seed = seed
	w, err := journals.Create(dir, header, journals.Options{Wait: true})
	if err != nil {
		t.Fatal(err)
	}
	slow := slowed{src, after, factor}
	if err := plan.Simulate(context.Background(), cell.Config(seed), slow, honest{w, slow, map[policy.RequestID]bool{}}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestWhatIfRefusesAnotherWorld: where machines are slower from the middle of a run on, no
// world gives again what was measured, and what-if says from when on; where they are not,
// one does.
func TestWhatIfRefusesAnotherWorld(t *testing.T) {
	if testing.Short() {
		t.Skip("TestWhatIfFindsTheTruth starts the same goroutines")
	}
	text := filled("", "", "")
	refused := func(factor float64) (n int) {
		for seed := range uint64(5) {
			var out bytes.Buffer
			code := run([]string{"whatif", slowedJournal(t, text, time.Minute, factor, seed+1), "--policy", "b"}, &out, &out)
			said := strings.Join(strings.Fields(out.String()), " ")
			switch {
			case code == exitFailed && (factor == 1 || strings.Contains(said, "times as long as before")):
				n++
			case code != exitDone:
				t.Errorf("factor %v, seed %d: exit code %d\n%s", factor, seed+1, code, out.String())
			}
		}
		return n
	}
	if n := refused(1.1); n < 4 {
		t.Errorf("refused %d of 5 journals of machines that become slower by a tenth, want 4", n)
	}
	if n := refused(1); n > 1 {
		t.Errorf("refused %d of 5 journals of machines that stay as they are", n)
	}
}
