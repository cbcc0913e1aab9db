package main

import (
	"fmt"
	"os"

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
