package local

import (
	"fmt"
	"syscall"
)

// noexec is ST_NOEXEC of statvfs(3).
const noexec = 0x8

// runs refuses a folder from which no program can be run: workers are.
func runs(dir string) error {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	if s.Flags&noexec != 0 {
		return fmt.Errorf("%s is mounted noexec, and workers are run from there: set TMPDIR to a folder that programs can be run from", dir)
	}
	return nil
}
