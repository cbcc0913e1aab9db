package plan

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cnv/policy/nearest"
)

// Folder is where experiments that are named, not given as a file, are looked
// for, and what the traces of those that come with the program are relative to.
const Folder = "experiments"

// A Source is the text of an experiment file.
type Source struct {
	File string // as errors name it
	Dir  string // that traces are relative to
	Text string
}

// Find finds an experiment. What ends in .toml or has a separator is a path.
// Anything else is the name of a file in [Folder], if there is one, or else of
// one in shipped, the texts by name. The error names the nearest of these and
// of also, which is what else may stand in its place.
func Find(name string, shipped map[string]string, also ...string) (Source, error) {
	isPath := strings.HasSuffix(name, ".toml") || strings.ContainsAny(name, `/\`)
	path := name
	if !isPath {
		path = filepath.Join(Folder, name+".toml")
	}
	text, err := readFile(path)
	if err == nil {
		return Source{path, filepath.Dir(path), string(text)}, nil
	}
	if isPath {
		if errors.Is(err, fs.ErrNotExist) {
			return Source{}, fmt.Errorf("%s: no such experiment file", name)
		}
		return Source{}, fmt.Errorf("%s: %w", name, err)
	}
	if text, ok := shipped[name]; ok {
		return Source{path, Folder, text}, nil
	}
	names := slices.Concat(slices.Sorted(maps.Keys(shipped)), inFolder(), also)
	hint := "there are none here"
	if len(names) > 0 {
		hint = fmt.Sprintf("nearest valid name %q", nearest.Names(name, names, 1)[0])
	}
	return Source{}, fmt.Errorf("cnv: no experiment %q (%s); a file is given as %s.toml", name, hint, name)
}

// inFolder is the names of the experiments in Folder.
func inFolder() []string {
	files, _ := filepath.Glob(filepath.Join(Folder, "*.toml")) // the pattern is well-formed
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ".toml")
	}
	return files
}

// readFile reads an experiment file, or enough of it to be refused as too long.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, MaxFile+1))
}
