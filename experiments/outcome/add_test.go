package outcome

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cnv/experiments/plan"
	"cnv/results"
)

// measured begins an outcome of two live runs.
func measured(t *testing.T, out string) *Outcome {
	t.Helper()
	p, err := plan.Parse("f.toml", ".", `question = "q"
seeds = 2
[cluster]
instance = { cores = 1, speed = 1.0, usd_per_hour = 0.036 }
[[workload]]
generator = "poisson"
rate = 1
duration = "10m"
[[policy]]
router = "jsq"
`, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o, err := Begin(p, Options{Out: out, Format: "table", Measured: "here"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.Discard)
	return o
}

// add adds the run of a replication.
func (o *Outcome) add(t *testing.T, replication int) {
	t.Helper()
	seed := o.plan.Seed + uint64(replication)
	r, err := o.Set.Open(0, 0, replication, seed, []string{"request"})
	if err == nil {
		err = o.Add(0, 0, seed, r, r.Finish(1e9, results.Ledger{}, results.Counts{}))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestKeptElsewhere: a live run that the folder of results has no room for is kept in the
// cache, where the next try finds it; only what is on a disk is claimed.
func TestKeptElsewhere(t *testing.T) {
	cache, out := t.TempDir(), t.TempDir()
	t.Setenv("XDG_CACHE_HOME", cache)
	o := measured(t, out)
	o.add(t, 0)
	if o.Trouble() != "" || o.OnDisk() != 1 {
		t.Fatalf("trouble %q, %d runs on disk, want none and 1", o.Trouble(), o.OnDisk())
	}
	if err := os.RemoveAll(o.store.dir); err != nil { // as a disk that goes away
		t.Fatal(err)
	}
	if n := o.OnDisk(); n != 0 {
		t.Errorf("%d runs are claimed, want none", n)
	}
	o.add(t, 1)
	if !strings.Contains(o.Trouble(), "kept in "+o.store.spare) || o.OnDisk() != 1 {
		t.Errorf("trouble %q, %d runs on disk, want 1 in the cache", o.Trouble(), o.OnDisk())
	}
	next := measured(t, out)
	if next.Kept(0, 0, 0, next.plan.Seed) || !next.Kept(0, 0, 1, next.plan.Seed+1) {
		t.Error("the next try does not find the run in the cache")
	}
	next.add(t, 0)
	var text bytes.Buffer
	if err := next.Finish(&text); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(next.store.spare); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("runs stay in the cache though all are in the results: %v", err)
	}
}

// TestKeptInMemory: one that cannot be kept anywhere is kept once there is room; results that
// cannot be written are printed and written elsewhere.
func TestKeptInMemory(t *testing.T) {
	out := t.TempDir()
	nowhere := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(nowhere, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CACHE_HOME", nowhere)
	t.Setenv("TMPDIR", t.TempDir())
	o := measured(t, out)
	if err := os.RemoveAll(o.store.dir); err != nil {
		t.Fatal(err)
	}
	o.add(t, 0)
	if !strings.Contains(o.Trouble(), "in memory only") || o.OnDisk() != 0 {
		t.Errorf("trouble %q, %d runs on disk", o.Trouble(), o.OnDisk())
	}
	if err := os.MkdirAll(o.store.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	o.add(t, 1)
	if o.Trouble() != "" || o.OnDisk() != 2 {
		t.Errorf("trouble %q, %d runs on disk, want both", o.Trouble(), o.OnDisk())
	}
	if err := os.RemoveAll(out); err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	err := o.Finish(&text)
	if unwritten := (Unwritten{}); !errors.As(err, &unwritten) || !strings.Contains(err.Error(), "the results are in "+os.Getenv("TMPDIR")) {
		t.Errorf("%v, want where the results are instead", err)
	}
	if !strings.Contains(text.String(), "Answer") || !strings.Contains(text.String(), "Results in "+os.Getenv("TMPDIR")) {
		t.Errorf("printed:\n%s", text.String())
	}
}
