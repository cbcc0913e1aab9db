package policy_test

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// pureImports is what the control plane may import beside its own packages.
// policytest, which is for tests, may import more.
var pureImports = []string{
	"cmp", "embed", "encoding/csv", "errors", "fmt", "math", "math/bits", "math/rand/v2",
	"slices", "sort", "strconv", "strings", "time",
}

// pureModules are the same for libraries, by prefix.
var pureModules = []string{"cnv/policy", "gonum.org/v1/gonum/", "github.com/hashicorp/golang-lru/v2/"}

// journalImports is what policy/journal may import besides, and no package that
// decides anything: encodings of bytes. It takes and gives them through an io.Reader
// or an io.Writer that its caller has opened; os, net, sync and the clock stay
// refused there too, so files and goroutines are the matter of live/journals.
var journalImports = []string{
	"encoding/binary", "encoding/json", "hash/crc32", "io", "github.com/klauspost/compress/zstd",
}

// impureImports are those imports of a package that it may not have.
func impureImports(p *listed) []string {
	return slices.DeleteFunc(slices.Clone(p.Imports), func(path string) bool {
		return slices.Contains(pureImports, path) ||
			slices.ContainsFunc(pureModules, func(m string) bool { return strings.HasPrefix(path+"/", m) }) ||
			p.ImportPath == "cnv/policy/journal" && slices.Contains(journalImports, path) ||
			p.ImportPath == "cnv/policy" && path == "reflect" || // New reads the methods of policies, once
			strings.HasSuffix(p.ImportPath, "/policytest")
	})
}

// TestImpureImports: the rule for the journal's encodings is for it alone.
func TestImpureImports(t *testing.T) {
	for _, c := range []struct {
		from, to string
		refused  bool
	}{
		{"cnv/policy", "fmt", false}, {"cnv/policy", "reflect", false}, {"cnv/policy/route", "reflect", true}, {"cnv/policy", "io", true}, {"cnv/policy", "encoding/json", true},
		{"cnv/policy", "github.com/klauspost/compress/zstd", true}, {"cnv/policy/route", "encoding/binary", true},
		{"cnv/policy/journal", "github.com/klauspost/compress/zstd", false}, {"cnv/policy/journal", "io", false},
		{"cnv/policy/journal", "os", true}, {"cnv/policy/journal", "sync", true}, {"cnv/policy/journal/shadow", "io", true},
	} {
		if got := impureImports(&listed{ImportPath: c.from, Imports: []string{c.to}}); (len(got) > 0) != c.refused {
			t.Errorf("%s importing %s: refused %v, want %v", c.from, c.to, got, c.refused)
		}
	}
}

// TestPure: the control plane has no clock, goroutine, channel, I/O, global
// randomness or order of a map in it. What it decides depends on events alone.
func TestPure(t *testing.T) {
	l := newLoader(t, "./...")
	for _, p := range l.own {
		for _, path := range impureImports(&p) {
			t.Errorf("%s imports %s, which is not on the list of pure packages", p.ImportPath, path)
		}
		for _, finding := range l.check(t, p.ImportPath, p.files(t, l.fset)) {
			if guards := strings.HasSuffix(p.ImportPath, "/policytest") && strings.HasSuffix(finding, "time.AfterFunc"); !guards { // the kit ends what never ends
				t.Error(finding)
			}
		}
	}
	if len(l.own) < 5 {
		t.Errorf("looked at %d packages, want the control plane", len(l.own))
	}
}

// impure is code with what is to be found in it, "" for nothing.
var impure = map[string]string{
	`var _ = time.Now()`:                                                "time.Now",
	`var f = time.Since`:                                                "time.Since",
	`func f() { time.Sleep(1) }`:                                        "time.Sleep",
	`func f() { <-time.After(1) }`:                                      "time.After",
	`func f() { go f() }`:                                               "goroutine",
	`var c chan int`:                                                    "channel",
	`func f(c interface{ C() <-chan int }) {}`:                          "channel",
	`func f() { select {} }`:                                            "select",
	`var _ = rand.IntN(3)`:                                              "rand.IntN",
	`var f = rand.Float64`:                                              "rand.Float64",
	`var d = distuv.Normal{Mu: 1, Sigma: 2}`:                            "distuv.Normal without Src",
	`var d = &distuv.Pareto{Src: nil, Xm: 1}`:                           "distuv.Pareto without Src",
	`var x = distuv.UnitNormal.Rand()`:                                  "distuv.UnitNormal",
	`func f(m map[int]int) { for range m {} }`:                          "range over a map",
	`type m map[int]int; func (x m) f() { for k := range x { _ = k } }`: "range over a map",
	`var n int; func f() { n++ }`:                                       "global n is changed",
	`var a [3]int; func f() { a[1] = 2 }`:                               "global a is changed",
	`func f() { fmt.Println("x") }`:                                     "fmt.Println",
	`func f() { println("x") }`:                                         "println",

	`func f() { n := 0; n++; var m map[int]int; m[1] = n }`:                          "",
	`func f(s []int) { for range s {}; for range 3 {} }`:                             "",
	`func f(r *rand.Rand) float64 { return r.Float64() }`:                            "",
	`func f(s rand.Source) *rand.Rand { return rand.New(s) }`:                        "",
	`func f(s rand.Source) any { return distuv.Normal{Mu: 1, Sigma: 2, Src: s} }`:    "",
	`var p = distuv.UnitNormal.CDF(1)`:                                               "",
	`var d = 3 * time.Second; func f() string { return d.String() + fmt.Sprint(d) }`: "",
}

// TestPureFinds: each of the things that are refused is found, and what
// looks like them is not.
func TestPureFinds(t *testing.T) {
	l := newLoader(t, "./...", "time", "maps", "math/rand/v2", "gonum.org/v1/gonum/stat/distuv")
	for code, want := range impure {
		imports := ""
		for _, p := range []string{"fmt", "math/rand/v2", "time", "gonum.org/v1/gonum/stat/distuv"} {
			if name := strings.TrimSuffix(p, "/v2"); strings.Contains(code, filepath.Base(name)+".") {
				imports += fmt.Sprintf("import %q\n", p)
			}
		}
		file, err := parser.ParseFile(l.fset, "x.go", "package x\n"+imports+code, 0)
		if err != nil {
			t.Fatalf("%s: %v", code, err)
		}
		got := l.check(t, "x", []*ast.File{file})
		if (want == "") != (len(got) == 0) || want != "" && !strings.Contains(strings.Join(got, " "), want) {
			t.Errorf("%s\nfound %q, want %q", code, got, want)
		}
	}
}

// A loader type-checks packages against the compiler's export data.
type loader struct {
	fset   *token.FileSet
	own    []listed
	lookup types.Importer
}

// newLoader lists patterns and all they depend on.
func newLoader(t *testing.T, patterns ...string) *loader {
	l := &loader{fset: token.NewFileSet()}
	export := map[string]string{}
	for _, p := range goList(t, append([]string{"-export", "-deps"}, patterns...)...) {
		export[p.ImportPath] = p.Export
		if p.ImportPath == "cnv/policy" || strings.HasPrefix(p.ImportPath, "cnv/policy/") {
			l.own = append(l.own, p)
		}
	}
	l.lookup = importer.ForCompiler(l.fset, "gc", func(path string) (io.ReadCloser, error) {
		if export[path] == "" {
			return nil, fmt.Errorf("no export data of %s", path)
		}
		return os.Open(export[path])
	})
	return l
}

// files parses the package, without its tests.
func (p *listed) files(t *testing.T, fset *token.FileSet) []*ast.File {
	var files []*ast.File
	for _, name := range p.GoFiles {
		f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}

// check type-checks files and returns what is impure in them.
func (l *loader) check(t *testing.T, path string, files []*ast.File) []string {
	t.Helper()
	c := &checker{fset: l.fset, info: &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{},
	}}
	if _, err := (&types.Config{Importer: l.lookup}).Check(path, l.fset, files, c.info); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	for _, f := range files {
		ast.Inspect(f, c.visit)
	}
	return c.found
}
