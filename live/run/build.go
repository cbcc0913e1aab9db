package run

import (
	"debug/elf"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"cnv/worker/meter"
)

// goBuild builds the worker with metered kernels. The go command builds again
// only what has changed.
func goBuild(c *Console, out, goos, goarch string) error {
	cmd, clean, err := meter.Meter{}.Command(c.Ctx, "build", "-trimpath", "-ldflags=-s -w", "-o", out, "cnv/worker/cmd")
	if err != nil {
		return err
	}
	defer clean()
	cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0")
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, text)
	}
	return nil
}

// rehearses says whether all services of AWS are on this machine: those of a
// live --serve for one, told by AWS_ENDPOINT_URL. What runs there runs here.
func Rehearses(endpoint string) bool {
	if endpoint != "" {
		return true
	}
	u, err := url.Parse(os.Getenv("AWS_ENDPOINT_URL"))
	if err != nil {
		return false
	}
	here, err := onLoopback(u.Host)
	return err == nil && here
}

// workerFor is the worker program that is given, or one that is built: for
// Linux on arm64, as the instances and functions of a deployment are, or for here.
func WorkerFor(c *Console, given string, here bool) (string, error) {
	goos, goarch := "linux", "arm64"
	if here {
		goos, goarch = runtime.GOOS, runtime.GOARCH
	}
	if given == "" {
		return buildWorker(c, goos, goarch)
	}
	if err := runsOn(given, goos, goarch); err != nil {
		return "", fmt.Errorf("cnv: --worker: %w", err)
	}
	return given, nil
}

// runsOn says why a program does not run on a system, as far as its file tells.
func runsOn(program, goos, goarch string) error {
	f, err := os.Open(program)
	if err != nil {
		return err
	}
	defer f.Close()
	var begin [2]byte
	_, _ = f.ReadAt(begin[:], 0) // a short file is no program either
	if goos != "linux" || string(begin[:]) == "#!" {
		return nil
	}
	e, err := elf.NewFile(f)
	if err != nil {
		return fmt.Errorf("%s is not a program for Linux: %w", program, err)
	}
	machines := map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}
	if want, known := machines[goarch]; known && e.Machine != want {
		return fmt.Errorf("%s is a program for %s, want linux/%s: build it with GOARCH=%s", program, strings.ToLower(strings.TrimPrefix(e.Machine.String(), "EM_")), goarch, goarch)
	}
	return nil
}

// buildWorker builds the worker with metered kernels from the module that the
// working folder is in.
func buildWorker(c *Console, goos, goarch string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("cnv: no folder to build the worker in: %w", err)
	}
	out := filepath.Join(cache, "cnv", "worker-"+goos+"-"+goarch)
	if _, err := os.Stat(out); errors.Is(err, os.ErrNotExist) {
		fmt.Fprintf(c.Err, "building the worker for %s/%s with metered kernels, once\n", goos, goarch)
	}
	if err := goBuild(c, out, goos, goarch); err != nil {
		return "", fmt.Errorf("cnv: cannot build the worker (run from the project's folder, or build it there, by go run ./worker/meter/cmd build -o PROGRAM ./worker/cmd, and name it: --worker PROGRAM): %w", err)
	}
	return out, nil
}

// BuildLive builds this program for the gateway's instance.
func BuildLive(c *Console, here bool) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("cnv: no folder to build the live program in: %w", err)
	}
	goos, goarch := "linux", "arm64"
	if here {
		goos, goarch = runtime.GOOS, runtime.GOARCH
	}
	out := filepath.Join(cache, "cnv", "cnv-live-"+goos+"-"+goarch)
	if _, err := os.Stat(out); errors.Is(err, os.ErrNotExist) {
		fmt.Fprintf(c.Err, "building the live program for %s/%s, once\n", goos, goarch)
	}
	build := exec.CommandContext(c.Ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", out, "cnv/live/cmd")
	build.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0")
	if text, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("cnv: cannot build the live program (run from the project's folder, or name one that is built: --program FILE): %w: %s", err, text)
	}
	return out, nil
}
