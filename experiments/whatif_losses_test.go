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

// untold is a journal of the first policy of an experiment with faults of which the
// experiment in its header says nothing.
func untold(t *testing.T, text, faults string) string {
	t.Helper()
	r, err := journals.Open(filepath.Join(journalOf(t, text+faults), "w", "a", "seed-1"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	header := r.Header
	header.Experiment = text
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
	for kind, c := range map[string]struct{ cluster, fault, want string }{
		"crash": {"", "kind = \"crash\"", `noticed = "200ms"`},
		"hang":  {"", "kind = \"hang\"", `kind = "hang"`},
		"spot":  {"market = \"spot\"\nspot_usd_per_hour = 0.02\nboot = \"10s\"", "kind = \"spot\"\nnotice = \"20s\"", `notice = "20s"`},
	} {
		path := untold(t, filled("", c.cluster, ""), fmt.Sprintf("[[fault]]\nat = \"50s\"\n%s\n", c.fault))
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
