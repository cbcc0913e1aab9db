package local

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"cnv/live/local/child"
)

// folderPrefix begins the names of a cloud's folder; its process comes next.
const folderPrefix = "cnv-local-"

// newFolder makes the folder of a cloud, for images and code, and removes those of
// clouds whose process was killed.
func newFolder() (string, error) {
	all, _ := filepath.Glob(filepath.Join(os.TempDir(), folderPrefix+"*-*")) // the pattern is good
	for _, dir := range all {
		text, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), folderPrefix), "-")
		if pid, err := strconv.Atoi(text); err == nil && child.Gone(pid) {
			_ = os.RemoveAll(dir) // only room on the disk is at stake
		}
	}
	return os.MkdirTemp("", fmt.Sprintf("%s%d-", folderPrefix, os.Getpid()))
}
