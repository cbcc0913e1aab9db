package meter

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// A source is the packages to copy, and what is known of them.
type source struct {
	Meter
	module    *packages.Module // the main module
	fset      *token.FileSet
	packages  map[string]*packages.Package // by path
	files     []*file                      // in order of package and file
	functions map[*types.Func]*function
	threaded  map[*types.Func]*types.TypeName // interface methods that pass counters, and their interfaces
	counters  []weight
	trim      bool // name no folders of this machine
}

// load finds the packages below the registry, and their types.
func (m Meter) load(ctx context.Context, flags []string) (*source, error) {
	gomod, err := m.command(ctx, "env", "GOMOD").Output()
	if err != nil {
		return nil, fmt.Errorf("meter: go env GOMOD: %w", err)
	}
	if mod := string(bytes.TrimSpace(gomod)); mod == "" || mod == os.DevNull {
		return nil, fmt.Errorf("meter: no go.mod at or above folder %q: run it inside the module of %s", cmp.Or(m.Dir, "."), m.Registry)
	}
	config := packages.Config{
		Context:    ctx,
		Dir:        m.Dir,
		Env:        append(os.Environ(), m.Env...),
		BuildFlags: flags,
		Fset:       token.NewFileSet(),
		Mode:       packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps | packages.NeedModule,
	}
	graph, err := load(config, m.Registry, m.Border, m.Runtime)
	if err != nil {
		return nil, err
	}
	borders, err := m.borders(graph[m.Registry])
	if err != nil {
		return nil, err
	}
	copied, err := m.copied(graph, borders)
	if err != nil {
		return nil, err
	}
	config.Mode = packages.LoadSyntax | packages.NeedModule | packages.NeedEmbedFiles
	roots, err := load(config, copied...)
	if err != nil {
		return nil, err
	}
	s := &source{
		Meter:     m,
		module:    graph[m.Registry].Module,
		fset:      config.Fset,
		packages:  roots,
		functions: map[*types.Func]*function{},
		threaded:  map[*types.Func]*types.TypeName{},
	}
	return s, s.read()
}

// load is packages.Load, with the packages by path and errors returned.
func load(config packages.Config, paths ...string) (map[string]*packages.Package, error) {
	roots, err := packages.Load(&config, paths...)
	if err != nil {
		return nil, fmt.Errorf("meter: load %s: %w", strings.Join(paths, " "), err)
	}
	found := map[string]*packages.Package{}
	var failed []error
	packages.Visit(roots, nil, func(p *packages.Package) {
		for _, err := range p.Errors {
			failed = append(failed, fmt.Errorf("meter: %w", err))
		}
	})
	for _, p := range roots {
		found[p.PkgPath] = p
	}
	return found, errors.Join(failed...)
}

// borders are the packages that stay as they are, with all that they import:
// m's border, and those for which the registry has a line
//
//	//meter:plain PATH reason
//
// of which it fails if they are not below it.
func (m Meter) borders(registry *packages.Package) (map[string]bool, error) {
	found := map[string]bool{m.Border: true}
	if registry == nil {
		return found, nil
	}
	below := below(registry, found)
	for _, name := range registry.GoFiles {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("meter: %w", err)
		}
		number := 0
		for line := range strings.Lines(string(text)) {
			number++
			rest, ok := strings.CutPrefix(line, "//meter:plain ")
			if !ok {
				continue
			}
			path, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
			if below[path] == nil {
				return nil, fmt.Errorf("meter: %s:%d: no kernel imports %q, or only the standard library does", name, number, path)
			}
			found[path] = true
		}
	}
	return found, nil
}

// copied are the packages that the registry imports, itself included, without
// those past a border and the standard library, sorted.
func (m Meter) copied(graph map[string]*packages.Package, borders map[string]bool) ([]string, error) {
	for _, path := range []string{m.Registry, m.Border, m.Runtime} {
		p := graph[path]
		if p == nil || p.Module == nil || !p.Module.Main {
			return nil, fmt.Errorf("meter: package %s is not in the main module: run it inside the module that holds it, not one that depends on it", path)
		}
	}
	all := below(graph[m.Registry], nil)
	copied := below(graph[m.Registry], borders)
	for _, border := range slices.Sorted(maps.Keys(borders)) {
		if all[border] == nil {
			continue // no kernel imports it, for now
		}
		for _, path := range slices.Sorted(maps.Keys(below(all[border], nil))) {
			if copied[path] != nil {
				return nil, fmt.Errorf("meter: %s would exist twice, metered for the kernels and plain for %s, with different types: let only one of them import it, or make both plain", path, border)
			}
		}
	}
	return slices.Sorted(maps.Keys(copied)), nil
}

// below is the packages that p imports, itself included, without the standard
// library and those past a border.
func below(p *packages.Package, borders map[string]bool) map[string]*packages.Package {
	found := map[string]*packages.Package{}
	packages.Visit([]*packages.Package{p}, func(p *packages.Package) bool {
		if p.Module == nil || borders[p.PkgPath] {
			return false
		}
		found[p.PkgPath] = p
		return true
	}, nil)
	return found
}

// read opens the files, and finds their functions.
func (s *source) read() error {
	for _, path := range slices.Sorted(maps.Keys(s.packages)) {
		p := s.packages[path]
		for _, syntax := range p.Syntax {
			f := &file{source: s, pkg: p, info: p.TypesInfo, syntax: syntax, positions: s.fset.File(syntax.FileStart)}
			var err error
			if f.text, err = os.ReadFile(f.positions.Name()); err != nil {
				return fmt.Errorf("meter: %w", err)
			}
			s.files = append(s.files, f)
			for _, d := range syntax.Decls {
				if d, ok := d.(*ast.FuncDecl); ok && d.Body != nil && d.Name.Name != "_" {
					s.functions[f.info.Defs[d.Name].(*types.Func)] = newFunction(f, d)
				}
			}
		}
	}
	return nil
}

// at is where a node is, as file:line.
func (s *source) at(pos token.Pos) string {
	p := s.fset.Position(pos)
	return fmt.Sprintf("%s:%d", p.Filename, p.Line)
}

// copy is the path of a package's metered copy.
func (s *source) copy(path string) string { return s.Runtime + "/copies/" + path }

// folder is where a package of the main module is, or would be.
func (s *source) folder(path string) string {
	below := strings.TrimPrefix(strings.TrimPrefix(path, s.module.Path), "/")
	return filepath.Join(s.module.Dir, filepath.FromSlash(below))
}
