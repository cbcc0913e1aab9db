package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"cnv/worker/meter"
)

// goBuild builds the worker with metered kernels. The go command builds again
// only what has changed.
func goBuild(c *console, out, goos, goarch string) error {
	cmd, clean, err := meter.Meter{}.Command(c.ctx, "build", "-trimpath", "-ldflags=-s -w", "-o", out, "cnv/worker/cmd")
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

// buildWorker builds the worker with metered kernels from the module that the
// working folder is in.
func buildWorker(c *console, goos, goarch string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("cnv: no folder to build the worker in: %w", err)
	}
	out := filepath.Join(cache, "cnv", "worker-"+goos+"-"+goarch)
	if _, err := os.Stat(out); errors.Is(err, os.ErrNotExist) {
		fmt.Fprintf(c.err, "building the worker for %s/%s with metered kernels, once\n", goos, goarch)
	}
	if err := goBuild(c, out, goos, goarch); err != nil {
		return "", fmt.Errorf("cnv: cannot build the worker (run from the project's folder, or name one that is built: --worker PROGRAM): %w", err)
	}
	return out, nil
}
