package run

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// own is this test's own program.
func own(t *testing.T) string {
	file, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// TestRunsOn: a program for another processor is refused before it is deployed; a script is not.
func TestRunsOn(t *testing.T) {
	other := map[string]string{"amd64": "arm64", "arm64": "amd64"}[runtime.GOARCH]
	if runtime.GOOS != "linux" || other == "" {
		t.Skip("the test's own program is for another system")
	}
	if err := runsOn(own(t), "linux", runtime.GOARCH); err != nil {
		t.Error(err)
	}
	if err := runsOn(own(t), "linux", other); err == nil || !strings.Contains(err.Error(), "want linux/"+other) {
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

// TestRehearses: only services on this machine are a rehearsal.
func TestRehearses(t *testing.T) {
	for address, want := range map[string]bool{"http://127.0.0.1:4566": true, "http://localhost:5000/": true, "": false, "https://ec2.us-east-1.amazonaws.com": false, "http://[::1]:80": true, "::": false} {
		t.Setenv("AWS_ENDPOINT_URL", address)
		if got := Rehearses(""); got != want {
			t.Errorf("%q: %v", address, got)
		}
	}
	if !Rehearses("http://127.0.0.1:1") {
		t.Error("an endpoint that is given is none of AWS's")
	}
}
