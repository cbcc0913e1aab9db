package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// The commands of the live program, which is one of its own: what it is built
// from takes long to compile, and the first comparison should not wait for it.
var liveCommands = []string{"live", "deploy", "status", "destroy", "doctor", "set"}

// liveProgram is its name beside this program or on PATH.
const liveProgram = "cnv-live"

// runLive hands the arguments to the live program, in place of this one.
func runLive(c *console, args []string) error {
	program, err := findLive(c)
	if err != nil {
		return err
	}
	texts, err := json.Marshal(shipped())
	if err != nil {
		return err
	}
	env := append(os.Environ(), "CNV_EXPERIMENTS="+string(texts)) // to be called by name
	if self, err := os.Executable(); err == nil && underGoRun(self) {
		env = append(env, "CNV_ENDS_WITH_PARENT=1") // go run passes no signal on
	}
	return syscall.Exec(program, append([]string{liveProgram}, args...), env)
}

// underGoRun says whether go run has built this program, into a folder that it
// will remove.
func underGoRun(self string) bool { return strings.Contains(filepath.ToSlash(self), "/go-build") }

// findLive finds the live program, or builds it.
func findLive(c *console) (string, error) {
	if self, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(self), liveProgram)
		if info, err := os.Stat(beside); err == nil && info.Mode()&0o111 != 0 {
			return beside, nil
		}
	}
	if path, err := exec.LookPath(liveProgram); err == nil {
		return path, nil
	}
	return buildLive(c)
}

// buildLive builds the live program from the module that the working folder
// is in. The go command rebuilds only what has changed.
func buildLive(c *console) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("cnv: no folder to build %s in: %w", liveProgram, err)
	}
	out := filepath.Join(cache, "cnv", liveProgram)
	if _, err := os.Stat(out); errors.Is(err, os.ErrNotExist) {
		fmt.Fprintf(c.err, "building %s, once: it has what talks to real workers, which compare does not need\n", liveProgram)
	}
	build := exec.CommandContext(c.ctx, "go", "build", "-o", out, "cnv/live/cmd")
	build.Stdout, build.Stderr = c.err, c.err
	if err := build.Run(); err != nil {
		return "", fmt.Errorf("cnv: cannot build %s (run from the project's folder, or put it beside this program: go build -o %s ./live/cmd): %w",
			liveProgram, liveProgram, err)
	}
	return out, nil
}
