package journals

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"cnv/policy/journal"
)

// Open opens a journal: its folder, or one of its files.
func Open(path string) (*journal.Reader, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	parts := []string{path}
	if info.IsDir() {
		parts, _ = filepath.Glob(filepath.Join(path, "*.journal"))
		slices.Sort(parts)
	}
	if len(parts) == 0 {
		return nil, fmt.Errorf("journal: %s holds no *.journal file", path)
	}
	return journal.NewReader(parts, func(name string) (io.ReadCloser, error) { return os.Open(name) })
}
