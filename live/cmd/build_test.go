package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestRunsOn: a program for another processor is refused before it is deployed; a script is not.
func TestRunsOn(t *testing.T) {
	other := map[string]string{"amd64": "arm64", "arm64": "amd64"}[runtime.GOARCH]
	if runtime.GOOS != "linux" || other == "" {
		t.Skip("the test's own program is for another system")
	}
	if err := runsOn(program, "linux", runtime.GOARCH); err != nil {
		t.Error(err)
	}
	if err := runsOn(program, "linux", other); err == nil || !strings.Contains(err.Error(), "want linux/"+other) {
		t.Errorf("for another processor: %v", err)
	}
	script := filepath.Join(t.TempDir(), "worker")
	if err := os.WriteFile(script, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := runsOn(script, "linux", other); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(script, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := runsOn(script, "linux", other); err == nil {
		t.Error("an empty file is a program")
	}
}
