package meter

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/printer"
	"go/token"
	"go/types"
	"go/version"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// A file is a source file and the edits that make its metered copy. An edit
// that adds lines says which line follows.
type file struct {
	*source
	pkg       *packages.Package
	info      *types.Info
	syntax    *ast.File
	positions *token.File
	text      []byte
	edits     []edit
	entries   bytes.Buffer // functions added at the end
}

// An edit puts text in place of the bytes [from, to) of a file. Edits at one
// place apply in the order they were made.
type edit struct {
	from, to int
	text     string
}

// insert puts text before pos.
func (f *file) insert(pos token.Pos, format string, args ...any) {
	at := f.positions.Offset(pos)
	f.edits = append(f.edits, edit{at, at, fmt.Sprintf(format, args...)})
}

// replace puts text in place of n.
func (f *file) replace(n ast.Node, text string) {
	f.edits = append(f.edits, edit{f.positions.Offset(n.Pos()), f.positions.Offset(n.End()), text})
}

// print is the source of a node without comments.
func (f *file) print(n ast.Node) string {
	var b strings.Builder
	if err := printer.Fprint(&b, f.fset, n); err != nil {
		return fmt.Sprintf("/* %v */", err) // it was parsed from source: cannot happen
	}
	return b.String()
}

// output is the metered copy of the file. Its first lines keep the version of
// the language that the original is written in, and let positions be those of
// the original.
func (f *file) output() []byte {
	var b bytes.Buffer
	lang := version.Lang(f.info.FileVersions[f.syntax])
	if lang != version.Lang("go"+f.module.GoVersion) {
		lang = cmp.Or(lang, "go1.21") // of a module that does not say; a file cannot ask for less
		f.dropConstraint()
		fmt.Fprintf(&b, "//go:build %s\n\n", lang)
	}
	fmt.Fprintf(&b, "//line %s:1\n", f.lineName())
	slices.SortStableFunc(f.edits, func(x, y edit) int { return cmp.Compare(x.from, y.from) })
	at := 0
	for _, e := range f.edits {
		b.Write(f.text[at:e.from])
		b.WriteString(e.text)
		at = e.to
	}
	b.Write(f.text[at:])
	b.Write(f.entries.Bytes())
	b.WriteString("\nconst _ = _mt.N\n")
	return b.Bytes()
}

// dropConstraint makes an ordinary comment of the file's build constraint,
// which it has met.
func (f *file) dropConstraint() {
	for _, group := range f.syntax.Comments {
		for _, c := range group.List {
			if c.Pos() < f.syntax.Package && strings.HasPrefix(c.Text, "//go:build ") {
				f.insert(c.Pos()+2, " ")
			}
		}
	}
}

// lineName is the file's name for line directives.
func (f *file) lineName() string {
	if f.trim {
		return f.name()
	}
	return f.positions.Name()
}
