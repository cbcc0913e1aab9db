package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"cnv/experiments/plan"
)

// changedJournal is the journal of the first policy of a small experiment whose machines are
// slower by a factor from some instant on.
func changedJournal(t *testing.T, text string, after time.Duration, factor float64, seed uint64) string {
	t.Helper()
	p, err := plan.Parse("small.toml", t.TempDir(), text, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := slowedJournal(context.Background(), dir, p, p.Cells()[0], seed, slowed{nil, after, time.Hour, factor}); err != nil {
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
			code := run([]string{"whatif", changedJournal(t, text, time.Minute, factor, seed+1), "--policy", "b"}, &out, &out)
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
