package meter

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/types"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// reserved are the names that metered code adds to the source.
var reserved = regexp.MustCompile(`^_m[sto]$|._m[tf]$`)

// refuse is an error for each thing in the source that would be metered
// wrongly, with its file and line; nil if there is none.
func (s *source) refuse() error {
	var found []error
	for _, f := range s.files {
		found = append(found, f.names()...)
		found = append(found, f.links()...)
	}
	for _, p := range s.packages {
		for _, name := range p.GoFiles {
			if !slices.Contains(p.CompiledGoFiles, name) {
				found = append(found, s.foreign(s.importC(name), "cgo", p.PkgPath))
			}
		}
		if len(p.OtherFiles) > 0 {
			found = append(found, s.foreign(p.OtherFiles[0]+":1", "assembly", p.PkgPath))
		}
	}
	slices.SortStableFunc(found, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(found...)
}

// foreign is the error for code that is not Go, at file:line.
func (s *source) foreign(at, what, path string) error {
	if _, _, internal := strings.Cut(path, "/internal/"); internal || strings.HasSuffix(path, "/internal") {
		return fmt.Errorf("meter: %s: %s cannot be metered: do without it, or let calls of the packages that import %s count as one instruction, each by a line %q in %s",
			at, what, path, "//meter:plain PATH", s.Registry)
	}
	return fmt.Errorf("meter: %s: %s cannot be metered: do without it, or let calls of the package count as one instruction by the line %q in %s",
		at, what, "//meter:plain "+path, s.Registry)
}

// importC is where a file that the go command hands to cgo imports C.
func (s *source) importC(name string) string {
	if syntax, err := parser.ParseFile(s.fset, name, nil, parser.ImportsOnly); err == nil {
		for _, i := range syntax.Imports {
			if imported(i) == "C" {
				return s.at(i.Pos())
			}
		}
	}
	return name + ":1"
}

// names finds names that the meter uses, and uses of profiler labels.
func (f *file) names() (found []error) {
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		if reserved.MatchString(id.Name) {
			found = append(found, fmt.Errorf("meter: %s: the name %s is the meter's: rename it", f.at(id.Pos()), id.Name))
		}
		if o, ok := f.info.Uses[id].(*types.Func); ok && o.Pkg() != nil && o.Pkg().Path() == "runtime/pprof" &&
			(o.Name() == "Do" || o.Name() == "SetGoroutineLabels") {
			found = append(found, fmt.Errorf("meter: %s: pprof.%s hides the counters, which are in the goroutine's labels: keep it out of the kernels", f.at(id.Pos()), o.Name()))
		}
		return true
	})
	return found
}

// links finds linknames into packages that are copied: they would reach the
// plain package.
func (f *file) links() (found []error) {
	for _, group := range f.syntax.Comments {
		for _, c := range group.List {
			words := strings.Fields(c.Text)
			if len(words) != 3 || words[0] != "//go:linkname" {
				continue
			}
			path := words[2][:max(0, strings.LastIndexByte(words[2], '.'))]
			if s := f.packages[path]; s != nil && path != f.pkg.PkgPath {
				found = append(found, fmt.Errorf("meter: %s: a link into %s, which is metered: call an exported function", f.at(c.Pos()), path))
			}
		}
	}
	return found
}

// name is the file's own name.
func (f *file) name() string { return filepath.Base(f.positions.Name()) }

// imported is the path that an import names.
func imported(i *ast.ImportSpec) string {
	path, err := strconv.Unquote(i.Path.Value)
	if err != nil {
		return ""
	}
	return path
}
