package main

import (
	"embed"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"cnv/experiments/plan"
	"cnv/policy"
)

// shipped is the experiments that come with the program.
//
//go:embed *.toml
var shipped embed.FS

// shippedFolder is where they are in the source tree.
const shippedFolder = "experiments"

// An experiment is the text of an experiment file.
type experiment struct {
	file string // as errors name it
	dir  string // that traces are relative to
	text string
}

// findExperiment finds an experiment: a name is that of a file in
// ./experiments, if there is one, or else of one that came with the program;
// anything else is a path.
func findExperiment(name string) (experiment, error) {
	path := name
	if !looksLikePath(name) {
		path = filepath.Join(shippedFolder, name+".toml")
	}
	text, err := readFile(path)
	if err == nil {
		return experiment{path, filepath.Dir(path), string(text)}, nil
	}
	if looksLikePath(name) {
		if errors.Is(err, fs.ErrNotExist) {
			return experiment{}, refuse("%s: no such experiment file", name)
		}
		return experiment{}, refuse("%s: %w", name, err)
	}
	text, err = shipped.ReadFile(name + ".toml")
	if err != nil {
		return experiment{}, refuse("cnv: no command or experiment %q (nearest valid name %q); a file is given as %s.toml",
			name, policy.Nearest(name, append(shippedNames(), commands...), 1)[0], name)
	}
	return experiment{path, shippedFolder, string(text)}, nil
}

// readFile reads an experiment file, or enough of it to be refused as too long.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, plan.MaxFile+1))
}

// commands is what may stand in place of an experiment.
var commands = []string{"compare", "plot", "list", "trace"}

// looksLikePath tells paths from names.
func looksLikePath(name string) bool {
	return strings.HasSuffix(name, ".toml") || strings.ContainsAny(name, `/\`)
}

// shippedNames is the names of the experiments that come with the program.
func shippedNames() []string {
	entries, err := shipped.ReadDir(".")
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		out = append(out, strings.TrimSuffix(e.Name(), ".toml"))
	}
	return out
}

// questions is the shipped experiments, quickstart first, with what each asks.
func questions() [][2]string {
	names := shippedNames()
	slices.SortStableFunc(names, func(a, b string) int {
		if (a == "quickstart") != (b == "quickstart") {
			if a == "quickstart" {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
	var out [][2]string
	for _, name := range names {
		text, err := shipped.ReadFile(name + ".toml")
		if err != nil {
			continue
		}
		var head struct {
			Question string `toml:"question"`
		}
		if _, err := toml.Decode(string(text), &head); err != nil {
			head.Question = "(" + err.Error() + ")"
		}
		out = append(out, [2]string{name, head.Question})
	}
	return out
}
