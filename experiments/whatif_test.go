package main

import (
	"bytes"
	"context"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// hiddenWorlds is in how many worlds what-if is held against the truth.
var hiddenWorlds = flag.Int("whatif-worlds", 4, "worlds in which what-if is held against the truth")

// TestWhatIfFindsTheTruth: of worlds that are hidden from it, what-if knows a journal of
// one policy. What another policy has done there, with the same seed, lies within what it
// says in most of them, and the placebo holds. 95 of 100 are promised.
func TestWhatIfFindsTheTruth(t *testing.T) {
	s, err := eachWorld(&console{ctx: context.Background(), out: io.Discard}, 1, 0, *hiddenWorlds, whatifIn)
	if err != nil {
		t.Fatal(err)
	}
	apart := math.Sqrt(s.off / float64(s.told))
	t.Logf("%d worlds: %d of %d truths within 95 %% intervals, %.3f half widths from the middle (root of the mean square), %d of %d signs right, placebo holds in %d; fitted: %v\n%s",
		s.worlds, s.in, s.told, apart, s.signs, s.separated, s.placebos, s.held, strings.Join(s.log, "\n"))
	if float64(s.in) < 0.85*float64(s.told) || s.placebos < s.worlds-max(1, s.worlds/20) || float64(s.signs) < 0.95*float64(s.separated) || s.right < s.exact {
		t.Errorf("%d of %d truths within their intervals, want 85 of 100 at least; placebo holds in %d of %d worlds; %d of %d signs are right; %d of %d without an interval",
			s.in, s.told, s.placebos, s.worlds, s.signs, s.separated, s.right, s.exact)
	}
	// Of normal values 95 of 100 lie within where they are 0.478 half widths (Student's t of 19) from the middle.
	if s.worlds >= 40 && (float64(s.in) < 0.93*float64(s.told) || float64(s.in) > 0.98*float64(s.told) || apart < 0.4 || apart > 0.56) {
		t.Errorf("%d of %d truths are within, %.3f half widths from the middle: want 93 to 98 of 100, and 0.40 to 0.56", s.in, s.told, apart)
	}
}

// TestWhatIfSaysSo: the command says what the placebo does, and what the other policy would.
func TestWhatIfSaysSo(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "hidden.toml")
	if err := os.WriteFile(file, []byte(hidden(1).text), 0o644); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if code := run([]string{"compare", file, "--journal", "--no-figures", "--out", dir}, &out, &out); code != exitDone {
		t.Fatal(out.String())
	}
	out.Reset()
	journal := filepath.Join(dir, "hidden", "journals", "w", "jsq-fixed", "seed-1")
	if code := run([]string{"whatif", journal, "--policy", "p2c-busy", "--policy", "wrr"}, &out, &out); code != exitDone {
		t.Fatal(out.String())
	}
	for _, want := range []string{"gives again what was measured", "What if: p2c-busy instead of jsq-fixed.", "What if: wrr instead of jsq-fixed.", "misses, %"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	out.Reset()
	if code := run([]string{"whatif", journal, "--policy", "p2c-bsy"}, &out, &out); code != exitInput || !strings.Contains(out.String(), `nearest valid name "p2c-busy"`) {
		t.Errorf("exit code %d: %s", code, out.String())
	}
	if kept, _ := filepath.Glob(filepath.Join(dir, "world*")); len(kept) > 0 {
		t.Errorf("left %v behind", kept)
	}
}
