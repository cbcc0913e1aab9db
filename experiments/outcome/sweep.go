package outcome

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"cnv/live/local/child"
)

// unfinished begins the names of folders of runs under way; the machine and the
// process come next. interrupted begins those that were left on purpose.
const (
	unfinished  = ".unfinished-"
	interrupted = ".interrupted-"
)

// spoolPrefix begins the names of this machine's folders: several may write to
// the same place, and know nothing of each other's processes.
func spoolPrefix() string {
	host, _ := os.Hostname() // "": machines without a name are one
	return unfinished + FileName(host) + "-"
}

// sweep removes the folders of this machine's processes that were killed. It says how many.
func sweep(out string) (removed int) {
	dirs, _ := os.ReadDir(out) // what cannot be read is not swept
	for _, d := range dirs {
		rest, ok := strings.CutPrefix(d.Name(), spoolPrefix())
		text, _, _ := strings.Cut(rest, "-")
		pid, err := strconv.Atoi(text)
		if !ok || err != nil || !child.Gone(pid) {
			continue
		}
		dir := filepath.Join(out, d.Name())
		putBack(out, dir)
		if os.RemoveAll(dir) == nil {
			removed++
		}
	}
	return removed
}

// putBack puts results in place again that a process was replacing when it was
// killed.
func putBack(out, dir string) {
	old, _ := filepath.Glob(filepath.Join(dir, "*.old"))
	for _, o := range old {
		to := filepath.Join(out, strings.TrimSuffix(filepath.Base(o), ".old"))
		if _, err := os.Lstat(to); errors.Is(err, os.ErrNotExist) {
			_ = os.Rename(o, to) // else it is removed with the folder
		}
	}
}

// Swept says what killed tries had left and is removed now, "" if nothing.
func (o *Outcome) Swept() string {
	if o.swept == 0 {
		return ""
	}
	return fmt.Sprintf("removed %d folders that killed tries have left (%s*)", o.swept, unfinished)
}
