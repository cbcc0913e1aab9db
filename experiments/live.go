package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"cnv/experiments/plan"
)

// The commands of the live program, which is one of its own: what it is built
// from takes long to compile, and the first comparison should not wait for it.
var liveCommands = []string{"live", "deploy", "status", "destroy", "doctor", "smoke", "set"}

// liveProgram is its name beside this program or on PATH.
const liveProgram = "cnv-live"

// runLive hands the arguments to the live program, in place of this one.
func runLive(c *console, args []string) error {
	program, found := findLive()
	if !found {
		if err := refuseLive(args); err != nil {
			return badInput{err}
		}
		var err error
		if program, err = buildLive(c); err != nil {
			return err
		}
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

// refuseLive says what of an experiment the live program would refuse whatever its
// other arguments are, so that nobody waits for the building of it in vain.
func refuseLive(args []string) error {
	if !slices.Contains([]string{"live", "deploy"}, args[0]) || len(args) < 2 || strings.HasPrefix(args[1], "-") {
		return nil // no experiment, or behind flags, which only the live program knows
	}
	if info, err := os.Stat(args[1]); err == nil && !info.Mode().IsRegular() {
		return nil // a pipe can be read once
	}
	e, err := findExperiment(args[1])
	if err != nil {
		return err
	}
	p, err := plan.Parse(e.File, e.Dir, e.Text, plan.Options{Live: args[0] == "live"})
	if err != nil || !launches(args) {
		return err
	}
	return nameless(p.Cells())
}

// launches says whether a command would launch machines.
func launches(args []string) bool {
	return !slices.ContainsFunc(args, func(a string) bool {
		flag, _, _ := strings.Cut(a, "=")
		return slices.Contains([]string{"--target", "--workers", "--address"}, flag)
	})
}

// nameless says why none of the cells can be launched; nil if one can.
func nameless(cells []plan.Cell) error {
	var all []error
	said := map[string]bool{}
	for _, c := range cells {
		problems := c.Nameless()
		if len(problems) == 0 {
			return nil
		}
		for _, p := range problems {
			if err := fmt.Errorf("cnv: %w", p); !said[err.Error()] {
				said[err.Error()] = true
				all = append(all, err)
			}
		}
	}
	return errors.Join(all...)
}

// findLive finds the live program beside this one, or on PATH.
func findLive() (string, bool) {
	if self, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(self), liveProgram)
		if info, err := os.Stat(beside); err == nil && info.Mode()&0o111 != 0 {
			return beside, true
		}
	}
	path, err := exec.LookPath(liveProgram)
	return path, err == nil
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
