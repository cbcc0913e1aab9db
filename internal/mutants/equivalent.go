package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// equivalentFile lists the mutants that no test can kill, below the module's root.
const equivalentFile = "internal/mutants/equivalent.txt"

// A place names a mutant so that it stays when lines move.
type place struct{ file, fn, change string }

func (m Mutant) place() place { return place{m.File, m.Func, m.Change} }

// readEquivalents reads a line for each: file, function, change and reason, with tabs
// between. Lines that begin with # say something.
func readEquivalents(path string) (map[place]string, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	out := map[place]string{}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 4 || strings.TrimSpace(f[3]) == "" {
			return nil, fmt.Errorf("%s:%d: want file, function, change and reason with tabs between", path, n)
		}
		out[place{f[0], f[1], f[2]}] = f[3]
	}
	return out, nil
}
