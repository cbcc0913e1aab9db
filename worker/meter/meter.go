package meter

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// A Meter says what to meter. The zero Meter is for cnv's kernels and the
// module of the working directory.
type Meter struct {
	Dir      string   // a folder of the main module; "" is the working directory
	Env      []string // added to the environment of the go command: "GOOS=linux", "GOARCH=arm64"
	Registry string   // the package whose All lists the kernels; "" is cnv/worker/kernels
	Border   string   // the package that kernels and their callers share, not copied; "" is cnv/worker/kernel
	Runtime  string   // package metered, under which the copies appear; "" is cnv/worker/metered
}

// Build writes a metered program: package pkg, to the file out, both relative
// to the working directory, which is in the main module. The args are flags of
// go build, and env is added to its environment. It is cached as go build is:
// repeated it takes about as long as loading the kernels' types.
func Build(ctx context.Context, out, pkg string, env []string, args ...string) error {
	args = slices.Concat(args, []string{"-o", out, pkg})
	cmd, clean, err := Meter{Env: env}.Command(ctx, "build", args...)
	if err != nil {
		return err
	}
	defer clean()
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("meter: go build %s: %w\n%s", strings.Join(args, " "), err, bytes.TrimSpace(text))
	}
	return nil
}

// Command is the go command "go verb args", as build, run and test, ready to
// run with metered copies. Call clean when it has run: until then the copies
// are in a temporary folder.
func (m Meter) Command(ctx context.Context, verb string, args ...string) (cmd *exec.Cmd, clean func(), err error) {
	folder, err := os.MkdirTemp("", "meter-")
	if err != nil {
		return nil, nil, fmt.Errorf("meter: a folder for the copies: %w", err)
	}
	clean = func() { os.RemoveAll(folder) }
	overlay, err := m.Overlay(ctx, folder, args...)
	if err != nil {
		clean()
		return nil, nil, err
	}
	own := []string{verb, "-overlay=" + overlay.File}
	if verb == "test" {
		own = append(own, "-vet=off") // it does not find packages that are only in an overlay
	}
	return m.command(ctx, append(own, args...)...), clean, nil
}

// command is the go command in m's folder and environment. When ctx is done
// it is interrupted, and ten seconds later killed.
func (m Meter) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = m.Dir
	cmd.Env = append(os.Environ(), m.Env...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// An Overlay is the metered copies as the go command takes them.
type Overlay struct {
	File     string   // for go build -overlay
	Copied   []string // the packages copied, in order
	Counters int      // of each goroutine of a request; a counter takes eight bytes
}

// Overlay writes the metered copies of the kernels into folder, which exists.
// Of args, the arguments of the go command that will use it, it heeds those
// that decide which files are compiled, and -trimpath, with which the copies
// do not name the folders of this machine.
func (m Meter) Overlay(ctx context.Context, folder string, args ...string) (Overlay, error) {
	m.Registry = cmp.Or(m.Registry, "cnv/worker/kernels")
	m.Border = cmp.Or(m.Border, "cnv/worker/kernel")
	m.Runtime = cmp.Or(m.Runtime, "cnv/worker/metered")
	flags, err := sourceFlags(args)
	if err != nil {
		return Overlay{}, err
	}
	s, err := m.load(ctx, flags)
	if err != nil {
		return Overlay{}, err
	}
	if err := s.refuse(); err != nil {
		return Overlay{}, err
	}
	s.trim = slices.Contains(args, "-trimpath") || slices.Contains(args, "-trimpath=true")
	return s.write(folder, s.rewrite())
}

// sourceFlags are the flags among args that decide which files are compiled.
func sourceFlags(args []string) ([]string, error) {
	var flags []string
	for i, arg := range args {
		name, _, joined := strings.Cut("-"+strings.TrimLeft(arg, "-"), "=")
		switch {
		case arg == "-args" || arg == "--args" || !strings.HasPrefix(arg, "-"):
		case name == "-overlay" || name == "-C":
			return nil, fmt.Errorf("meter: %s cannot be used with the meter, which needs it for itself", name)
		case slices.Contains([]string{"-race", "-msan", "-asan"}, name) || joined && slices.Contains(sourceChoices, name):
			flags = append(flags, arg)
		case slices.Contains(sourceChoices, name) && i+1 < len(args):
			flags = append(flags, arg, args[i+1])
		}
	}
	return flags, nil
}

// sourceChoices are the flags with a value that sourceFlags looks for.
var sourceChoices = []string{"-tags", "-mod", "-modfile"}
