package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cnv/live/journals"
	"cnv/policy/journal"
)

// relabelled is the journal of the first policy of an experiment, in whose header another
// one stands: what the gateway was told, and not what was true.
func relabelled(t *testing.T, told, truth string) string {
	t.Helper()
	var header journal.Header
	var r *journal.Reader
	for _, text := range []string{told, truth} {
		var err error
		if r, err = journals.Open(filepath.Join(journalOf(t, text), "w", "a", "seed-1")); err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if text == told {
			header = r.Header
		}
	}
	dir := t.TempDir()
	w, err := journals.Create(dir, header, journals.Options{Wait: true})
	if err != nil {
		t.Fatal(err)
	}
	for rec := (journal.Record{}); ; {
		err := r.Next(&rec)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		w.Add(rec.At, &rec.Event, rec.Commands)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestLossesBecomeFaults: workers that were lost though nobody had asked for it are lost in
// the fitted world, too, at the same time, for the same reason, and the placebo holds.
func TestLossesBecomeFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("TestWhatIfFindsTheTruth starts the same goroutines")
	}
	for kind, c := range map[string]struct{ cluster, fault, want string }{
		"crash": {"", "kind = \"crash\"", `noticed = "200ms"`},
		"hang":  {"", "kind = \"hang\"", `kind = "hang"`},
		"spot":  {"market = \"spot\"\nspot_usd_per_hour = 0.02\nboot = \"10s\"", "kind = \"spot\"\nnotice = \"20s\"", `notice = "20s"`},
	} {
		path := relabelled(t, filled("", c.cluster, ""), filled("", c.cluster, "")+fmt.Sprintf("[[fault]]\nat = \"50s\"\n%s\n", c.fault))
		file := filepath.Join(t.TempDir(), "world.toml")
		var out bytes.Buffer
		if code := run([]string{"whatif", path, "--policy", "b", "-o", file}, &out, &out); code != exitDone {
			t.Errorf("%s: exit code %d\n%s", kind, code, out.String())
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, fault, found := strings.Cut(string(text), "[[fault]]")
		if !found || !strings.Contains(fault, c.want) || !strings.Contains(fault, "kind = \""+kind) || strings.Count(string(text), "[[fault]]") != 1 {
			t.Errorf("%s: no single fault with %q in\n%s", kind, c.want, text)
		}
	}
}

// TestCalibrateFindsHowWorkersServe: discipline and cores are those that were true, whatever
// the experiment in the journal says, and the placebo holds; at light load they are not told.
func TestCalibrateFindsHowWorkersServe(t *testing.T) {
	if testing.Short() {
		t.Skip("TestWhatIfFindsTheTruth starts the same goroutines")
	}
	world := func(discipline string, cores int, rate string) string {
		text := filled("", fmt.Sprintf("boot = \"10s\"\ndiscipline = %q", discipline), "")
		return strings.NewReplacer("cores = 2", fmt.Sprintf("cores = %d", cores), "rate = 12", "rate = "+rate).Replace(text)
	}
	for name, c := range map[string]struct{ told, truth, want string }{
		"in line":     {world("ps", 2, "12"), world("fcfs", 2, "12"), `discipline = "fcfs"`},
		"shared":      {world("fcfs", 2, "12"), world("ps", 2, "12"), `discipline = "ps"`},
		"fewer cores": {world("ps", 2, "8"), world("ps", 1, "8"), "cores = 1"},
		"more cores":  {world("fcfs", 1, "12"), world("fcfs", 2, "12"), "cores = 2"},
		"light load":  {world("ps", 2, "0.5"), world("fcfs", 2, "0.5"), "not identifiable"},
	} {
		file := filepath.Join(t.TempDir(), "world.toml")
		var out bytes.Buffer
		code := run([]string{"whatif", relabelled(t, c.told, c.truth), "--policy", "b", "-o", file}, &out, &out)
		text, err := os.ReadFile(file)
		if code != exitDone || err != nil || !strings.Contains(string(text), c.want) {
			t.Errorf("%s: exit code %d, %v, no %q in\n%s\n%s", name, code, err, c.want, text, out.String())
		}
	}
}
