package trace

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"cnv/policy/nearest"
	"cnv/workloads"
)

// Shipped begins the path of a trace that comes with the program: "cnv:recorded" is
// the folder workloads/recorded, wherever the program runs.
const Shipped = "cnv:"

// IsShipped says whether a path is that of a trace that comes with the program.
func IsShipped(path string) bool { return strings.HasPrefix(path, Shipped) }

// shipped is the path within the program; false for a path of the file system.
func shipped(path string) (string, bool) {
	name, ok := strings.CutPrefix(path, Shipped)
	return filepath.ToSlash(name), ok
}

// openFile opens a file for reading.
func openFile(path string) (fs.File, error) {
	name, ok := shipped(path)
	if !ok {
		return os.Open(path)
	}
	f, err := workloads.Shipped.Open(name)
	if err != nil {
		return nil, notShipped(name, err)
	}
	return f, nil
}

// statFile describes a file.
func statFile(path string) (fs.FileInfo, error) {
	name, ok := shipped(path)
	if !ok {
		return os.Stat(path)
	}
	info, err := fs.Stat(workloads.Shipped, name)
	if err != nil {
		return nil, notShipped(name, err)
	}
	return info, nil
}

// readFile reads a file whole.
func readFile(path string) ([]byte, error) {
	f, err := openFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// notShipped says which trace of a like name comes with the program.
func notShipped(name string, err error) error {
	var names []string
	entries, _ := workloads.Shipped.ReadDir(".") // of an embedded folder that is there
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return fmt.Errorf("%s%s does not come with the program (nearest valid name %q): %w", Shipped, name, Shipped+nearest.Names(name, names, 1)[0], err)
}
