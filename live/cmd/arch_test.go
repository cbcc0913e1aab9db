package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestOtherArchitecturesAreRefused where the image is for arm64: before anything
// is asked, built or paid.
func TestOtherArchitecturesAreRefused(t *testing.T) {
	x86 := write(t, strings.Replace(rise, "c7g.medium", "c6i.large", 1))
	for _, args := range [][]string{
		{x86, "--target", "aws", "--yes"}, {x86, "--target", "aws", "--dry-run"},
		{"deploy", x86, "--dry-run"}, {"deploy", x86, "--gateway", "--dry-run"},
	} {
		var out bytes.Buffer
		const says = "pool vm: c6i.large is x86-64, and workers are built for arm64: use c7g.large (arm64)"
		if code := command(append(args, "--worker", x86), &out, &out); code != exitInput || strings.Count(out.String(), says) != 1 {
			t.Errorf("%v: exit %d, want %d and %q:\n%s", args, code, exitInput, says, out.String())
		}
	}
}

// TestInstancesByTheirPropertiesAreRefused with the place in the file that says it.
func TestInstancesByTheirPropertiesAreRefused(t *testing.T) {
	file := write(t, strings.Replace(rise, `"c7g.medium"`, `{ cores = 1, usd_per_hour = 0.04 }`, 1))
	for _, args := range [][]string{{file, "--target", "local"}, {file, "--target", "aws", "--dry-run"}, {"deploy", file, "--dry-run"}} {
		var out bytes.Buffer
		if code := command(append(args, "--worker", file), &out, &out); code != exitInput ||
			!regexp.MustCompile(`tiny\.toml:[1-9]\d*: cluster\.instance: pool vm: an instance given by its properties cannot be launched: name a type`).Match(out.Bytes()) {
			t.Errorf("%v: exit %d, want %d and the line of the instance:\n%s", args, code, exitInput, out.String())
		}
	}
}

// TestOtherArchitecturesOnLoopback run there all the same, and the report says so.
func TestOtherArchitecturesOnLoopback(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		out := t.TempDir()
		file := write(t, strings.Replace(brief, "c7g.medium", "c6i.large", 1))
		if code, text := m.run(file, "--out", out, "--worker", script(t)); code != exitDone {
			t.Fatalf("exit %d\n%s", code, text)
		}
		report, err := os.ReadFile(filepath.Join(out, "tiny", "report.html"))
		if err != nil || !bytes.Contains(report, []byte("c6i.large is x86-64, and workers are built for arm64: use c7g.large (arm64); on loopback")) {
			t.Errorf("the report does not say it: %v", err)
		}
	})
}
