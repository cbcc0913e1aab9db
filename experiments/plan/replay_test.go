package plan

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cnv/live/journals"
	"cnv/policy/journal"
	"cnv/results"
	"cnv/sim"
)

// TestJournalsReplay: what a Controller was told in a run, fed to a fresh one,
// gives the same commands, for every policy of the quickstart in the workload
// in which most happens: launches, drains, overflow, dropped workers, retries.
func TestJournalsReplay(t *testing.T) {
	text, err := os.ReadFile("../quickstart.toml")
	if err != nil {
		t.Fatal(err)
	}
	short := strings.NewReplacer(`duration = "1h"`, `duration = "8m"`, `at = "15m"`, `at = "2m"`, `hold = "10m"`, `hold = "2m"`).Replace(string(text))
	p, err := Parse("quickstart.toml", "..", short, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range p.Cells() {
		if c.Scenario.Name != "flash crowd" {
			continue
		}
		t.Run(c.Policy.Name, func(t *testing.T) {
			t.Parallel()
			replayCell(t, c)
		})
	}
}

func replayCell(t *testing.T, c Cell) {
	dir := filepath.Join(t.TempDir(), "journal")
	w, err := journals.Create(dir, journal.Header{Policy: c.Policy.Name}, journals.Options{Blocks: 1 << 14})
	if err != nil {
		t.Fatal(err)
	}
	src, err := c.Scenario.Workload.Made.Open(7)
	if err != nil {
		t.Fatal(err)
	}
	cfg := c.Config(7)
	cfg.Journal = w
	row, err := sim.Run(context.Background(), cfg, src, results.NewRun(results.RunInfo{}))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := journals.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	fresh := c.Config(7)
	ctrl, err := fresh.Controller()
	if err != nil {
		t.Fatal(err)
	}
	agreed, diff, torn, err := journal.Replay(r, ctrl)
	if err != nil || torn || diff != nil {
		t.Fatalf("after %d records: torn %v, error %v, difference %v", agreed, torn, err, diff)
	}
	if n := row.Value("requests"); float64(agreed) < 2*n-row.Value("rejected")-row.Value("timed_out") {
		t.Errorf("%d records of %v requests: not all steps were kept", agreed, n)
	}
	info, err := os.Stat(filepath.Join(dir, "000001.journal"))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d records, %.0f bytes per request", agreed, float64(info.Size())/row.Value("requests"))
}
