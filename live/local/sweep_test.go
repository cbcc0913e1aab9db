package local

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestFoldersOfKilledProcessesGo, and no others.
func TestFoldersOfKilledProcessesGo(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	ended := exec.Command("go", "version")
	if err := ended.Run(); err != nil {
		t.Fatal(err)
	}
	stays := []string{fmt.Sprintf("cnv-local-%d-1", os.Getpid()), "cnv-local-1-1", "cnv-local-x-1", "cnv-local-17", "other"}
	goes := fmt.Sprintf("cnv-local-%d-1", ended.Process.Pid)
	for _, name := range append(stays, goes) {
		if err := os.MkdirAll(filepath.Join(os.TempDir(), name, "images"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	dir, err := newFolder()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(stays, filepath.Base(dir)) {
		if _, err := os.Stat(filepath.Join(os.TempDir(), name)); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(filepath.Join(os.TempDir(), goes)); !os.IsNotExist(err) {
		t.Errorf("%s is left: %v", goes, err)
	}
}
