package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

// TestWhatIfAsksFurther: with more requests there are more misses, and with longer boots
// too, though boots were fitted; other policies are held against the journal's own there.
func TestWhatIfAsksFurther(t *testing.T) {
	path := filepath.Join(journalOf(t, rising("5s")), "w", "a", "seed-1")
	var out bytes.Buffer
	if code := run([]string{"whatif", path, "--policy", "b", "--rate", "1.5", "--vary", "cluster.boot=60s", "--draws", "5"}, &out, &out); code != exitDone {
		t.Fatalf("exit code %d\n%s", code, out.String())
	}
	said := strings.Join(strings.Fields(out.String()), " ")
	for _, want := range []string{
		"What if: b instead of a.", "What if: 1.5 requests for each one, under a.", "What if: 1.5 requests for each one, b instead of a.",
		"What if: cluster.boot=60s, under a.", "What if: cluster.boot=60s, b instead of a.",
	} {
		at := strings.Index(said, want)
		if at < 0 {
			t.Fatalf("no %q in\n%s", want, out.String())
		}
		if sentence, _, _ := strings.Cut(said[at+len(want):], "("); strings.HasSuffix(want, "under a.") && !strings.Contains(sentence, "points more requests would have missed") {
			t.Errorf("%q is not worse: %s", want, sentence)
		}
	}
}

// TestWhatIfRefusesWhatItCannotAsk: nothing to try, a rate or a key that cannot be.
func TestWhatIfRefusesWhatItCannotAsk(t *testing.T) {
	path := filepath.Join(journalOf(t, filled("", "", "")), "w", "a", "seed-1")
	for want, args := range map[string][]string{
		"wants what to try":         nil,
		"want 0.01 to 100":          {"--rate", "1000"},
		"want a key of the surroun": {"--vary", "policy.router=jsq"},
		"unknown key":               {"--vary", "cluster.bot=60s"},
	} {
		var out bytes.Buffer
		if code := run(append([]string{"whatif", path}, args...), &out, &out); code != exitInput || !strings.Contains(out.String(), want) {
			t.Errorf("%v: exit code %d, want %d and %q\n%s", args, code, exitInput, want, out.String())
		}
	}
}

// TestReplaces: which fits a key that is varied stands in place of.
func TestReplaces(t *testing.T) {
	for _, c := range []struct {
		varied, table, key string
		want               bool
	}{
		{"cluster.boot", "cluster.launch", "pending", true},
		{"cluster.boot", "cluster", "network", false},
		{"pool.boot", "pool.1.launch", "boot", true},
		{"cluster.instance.speed", "cluster", "instance", true},
		{"functions", "functions", "cold", true},
		{"functions.cold", "functions", "floor", false},
	} {
		if got := replaces(c.varied, c.table, c.key); got != c.want {
			t.Errorf("%+v: got %v", c, got)
		}
	}
}
