package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// A listed is a package as `go list` describes it.
type listed struct {
	ImportPath, Dir, Export   string
	GoFiles                   []string
	TestGoFiles, XTestGoFiles []string
	DepOnly, Standard         bool
}

// A loaded is a package with its types.
type loaded struct {
	path  string
	dir   string
	tests bool // it has some
	fset  *token.FileSet
	pkg   *types.Package
	info  *types.Info
	files []*sourceFile
}

// A sourceFile is one that may have mutants.
type sourceFile struct {
	path   string // on this machine
	name   string // below the module's root, with slashes
	source []byte
	syntax *ast.File
	sites  []*site
}

// renderer writes the file with the chosen mutants.
func (f *sourceFile) renderer(chosen ...*site) *renderer {
	r := &renderer{source: f.source, base: f.syntax.FileStart, sites: map[ast.Node][]*site{}}
	for _, s := range chosen {
		r.sites[s.node] = append(r.sites[s.node], s)
	}
	return r
}

// moduleRoot is the folder of the go.mod that governs a folder.
func moduleRoot(ctx context.Context, dir string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "env", "GOMOD")
	cmd.Dir = dir
	out, err := cmd.Output()
	file := string(bytes.TrimSpace(out))
	if err != nil || filepath.Base(file) != "go.mod" {
		return "", fmt.Errorf("%s: not in a module", dir)
	}
	return filepath.Dir(file), nil
}

// goList asks the go command about packages and what they depend on.
func goList(ctx context.Context, dir string, patterns []string) ([]listed, error) {
	cmd := exec.CommandContext(ctx, "go", append([]string{"list", "-export", "-deps",
		"-json=ImportPath,Dir,Export,GoFiles,TestGoFiles,XTestGoFiles,DepOnly,Standard", "--"}, patterns...)...)
	cmd.Dir = dir
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var all []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
}

// load reads packages with their types, and finds the sites in them.
func load(ctx context.Context, root, dir string, patterns []string) ([]*loaded, error) {
	all, err := goList(ctx, dir, patterns)
	if err != nil {
		return nil, err
	}
	exports := map[string]string{}
	for _, p := range all {
		exports[p.ImportPath] = p.Export
	}
	var out []*loaded
	for _, p := range all {
		if p.DepOnly {
			continue
		}
		l, err := loadOne(root, p, exports)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

func loadOne(root string, p listed, exports map[string]string) (*loaded, error) {
	l := &loaded{path: p.ImportPath, dir: p.Dir, tests: len(p.TestGoFiles)+len(p.XTestGoFiles) > 0, fset: token.NewFileSet(),
		info: &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{},
			Uses: map[*ast.Ident]types.Object{}, Implicits: map[ast.Node]types.Object{}}}
	var syntax []*ast.File
	for _, name := range p.GoFiles {
		f := &sourceFile{path: filepath.Join(p.Dir, name)}
		rel, err := filepath.Rel(root, f.path)
		if err != nil {
			return nil, err
		}
		f.name = filepath.ToSlash(rel)
		if f.source, err = os.ReadFile(f.path); err != nil {
			return nil, err
		}
		if f.syntax, err = parser.ParseFile(l.fset, f.path, f.source, parser.ParseComments); err != nil {
			return nil, err
		}
		syntax = append(syntax, f.syntax)
		l.files = append(l.files, f)
	}
	var err error
	if l.pkg, err = typed(p.ImportPath, l.fset, syntax, exports, l.info); err != nil {
		return nil, fmt.Errorf("%s: %w", p.ImportPath, err)
	}
	for _, f := range l.files {
		if !ast.IsGenerated(f.syntax) {
			f.sites = pick(l, f)
		}
	}
	return l, nil
}

// typed finds the types of a package; exports are the compiled forms of what it imports.
func typed(path string, fset *token.FileSet, files []*ast.File, exports map[string]string, info *types.Info) (*types.Package, error) {
	conf := types.Config{Importer: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})}
	return conf.Check(path, fset, files, info)
}
