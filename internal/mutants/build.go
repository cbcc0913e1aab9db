package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// A binary is the test binary of one package, with all chosen mutants in it.
type binary struct {
	pkg, dir string
	path     string
}

// overlay writes the files with mutants into a folder, and the list that tells the go
// command to take them instead of the module's.
func overlay(dir string, packages []*loaded, chosen map[string][]*site) (string, error) {
	replace := map[string]string{}
	put := func(path, text string) error {
		instead := filepath.Join(dir, fmt.Sprintf("%d.go", len(replace)))
		replace[path] = instead
		return os.WriteFile(instead, []byte(text), 0o666)
	}
	for _, l := range packages {
		any := false
		for _, f := range l.files {
			if sites := chosen[f.name]; len(sites) > 0 {
				any = true
				if err := put(f.path, f.renderer(sites...).render(f.syntax)); err != nil {
					return "", err
				}
			}
		}
		if any {
			if err := put(filepath.Join(l.dir, "mutant_switch.go"), "package "+l.pkg.Name()+"\n"+switchFile); err != nil {
				return "", err
			}
		}
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "overlay.json")
	return path, os.WriteFile(path, list, 0o666)
}

// build compiles the test binary of each package that has tests.
func build(ctx context.Context, dir, overlay string, packages []*loaded) ([]*binary, error) {
	var out []*binary
	for _, l := range packages {
		if !l.tests || slices.ContainsFunc(out, func(b *binary) bool { return b.pkg == l.path }) {
			continue
		}
		b := &binary{pkg: l.path, dir: l.dir, path: filepath.Join(dir, fmt.Sprintf("%d.test", len(out)))}
		cmd := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", b.path, ".")
		cmd.Dir = l.dir
		if said, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("building the tests of %s: %w\n%s", l.path, err, said)
		}
		out = append(out, b)
	}
	return out, nil
}
