package main

import (
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"cnv/internal/testtime"
)

// TestDiesWithParentWithoutPipe: a shell starts a worker with nothing on its
// standard input, and ends.
func TestDiesWithParentWithoutPipe(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ready.json")
	cmd := exec.Command("sh", "-c", `"$0" --listen=127.0.0.1:0 --notice=0s --die-with-parent --ready-file="$1" </dev/null >/dev/null 2>&1 & read line`, os.Args[0], file)
	cmd.Env = append(os.Environ(), asWorker+"=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var r ready
	testtime.Until(t, "the worker is ready", func() bool {
		text, err := os.ReadFile(file)
		return err == nil && json.Unmarshal(text, &r) == nil
	})
	testtime.Until(t, "it answers", func() bool { return answers(r.Address) })
	in.Close() // ends the shell
	cmd.Wait()
	testtime.Until(t, "it ends", func() bool { return !answers(r.Address) })
}

func answers(address string) bool {
	c, err := net.Dial("tcp", address)
	if err == nil {
		c.Close()
	}
	return err == nil
}
