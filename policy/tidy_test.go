package policy_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The hard caps of the style; most files and functions stay far below.
const (
	maxFileLines     = 400
	maxFunctionLines = 70
)

// TestTidy holds the whole module to the rules that a machine can check.
func TestTidy(t *testing.T) {
	root := moduleRoot(t)
	files := 0
	documented := map[string][]string{} // by folder of a package: the files that have its comment
	counted := map[string]int{}         // its files without those of tests
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if d.IsDir() {
			return skipFolder(t, path, name)
		}
		if !slices.Contains([]string{".go", ".toml", ".md", ".mod", ".txtar", ""}, filepath.Ext(name)) {
			return nil
		}
		if strings.HasSuffix(name, ".toml") && !strings.Contains(name, "/") {
			return nil // somebody's own experiment, with paths of somebody's own machine
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		findings := untidyText(text)
		if strings.HasSuffix(name, ".go") {
			doc, more := untidyGo(name, text)
			findings = append(findings, more...)
			if !strings.HasSuffix(name, "_test.go") {
				folder := filepath.Dir(name)
				counted[folder]++
				if doc {
					documented[folder] = append(documented[folder], filepath.Base(name))
				}
			}
		}
		for _, f := range findings {
			t.Errorf("%s%s", name, f)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for folder, n := range counted {
		if strings.Contains(folder, "testdata/") {
			n = 1 // nobody reads these packages for what they are
		}
		if wrong := misplaced(documented[folder], n); wrong != "" {
			t.Errorf("%s: %s", folder, wrong)
		}
	}
	if files < 50 {
		t.Errorf("looked at %d files of %s, want the module", files, root)
	}
}

// misplaced says what is wrong with the files that have the comment of a package of n files.
// A reader looks for it in doc.go, or in the main.go of a program.
func misplaced(files []string, n int) string {
	switch {
	case len(files) == 0:
		return "the package has no comment that says what it is"
	case len(files) > 1:
		return fmt.Sprintf("%d files say what the package is: %s", len(files), strings.Join(files, ", "))
	case n > 1 && files[0] != "doc.go" && files[0] != "main.go":
		return "the package's comment is in " + files[0] + ", not in doc.go"
	}
	return ""
}

// TestMisplacedComments: each place of a package's comment that is refused.
func TestMisplacedComments(t *testing.T) {
	for _, x := range []struct {
		files []string
		n     int
		wrong bool
	}{
		{nil, 1, true}, {[]string{"one.go"}, 1, false}, {[]string{"one.go"}, 2, true}, {[]string{"doc.go"}, 2, false},
		{[]string{"main.go"}, 2, false}, {[]string{"doc.go", "one.go"}, 2, true},
	} {
		if got := misplaced(x.files, x.n); (got != "") != x.wrong {
			t.Errorf("%v of %d files: %q, want wrong = %v", x.files, x.n, got, x.wrong)
		}
	}
}

// TestTidyFinds: each thing that is refused is found.
func TestTidyFinds(t *testing.T) {
	long := "package x\n\nfunc f() {\n" + strings.Repeat("\tf()\n", maxFunctionLines) + "}\n"
	for text, want := range map[string]string{
		"package x\n\n// TO" + "DO: later\n":            ":3: an open end",
		"package x\n\nvar p = \"/ho" + "me/me/x\"\n":    ":3: a path of one machine",
		"package x\nvar   a = 1\n":                      ": not as gofmt",
		"package x\n" + strings.Repeat("\n// a\n", 200): ": 401 lines",
		long: ":3: func f has 72 lines",
		"package x\n\nvar todo, fixed = \"tmp/x\", 1\n": "",
	} {
		_, found := untidyGo("x.go", []byte(text))
		found = append(found, untidyText([]byte(text))...)
		if (want == "") != (len(found) == 0) || want != "" && !strings.HasPrefix(strings.Join(found, " "), want) {
			t.Errorf("%.60q\nfound %q, want %q", text, found, want)
		}
	}
}

// moduleRoot is the folder of go.mod, at or above this one.
func moduleRoot(t *testing.T) string {
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		up := filepath.Dir(folder)
		if up == folder {
			t.Fatal("no go.mod above this package")
		}
		folder = up
	}
}

// skipFolder leaves out what is not source, and refuses folders whose name
// says nothing.
func skipFolder(t *testing.T, path, name string) error {
	base := filepath.Base(name)
	sources, _ := filepath.Glob(filepath.Join(path, "*.go")) // the pattern is well formed
	runs := strings.HasPrefix(name, "results/") && base != "testdata" && len(sources) == 0
	if runs || base == "rapid" || strings.HasPrefix(base, ".") && name != "." && name != ".ci" {
		return fs.SkipDir
	}
	if slices.Contains([]string{"util", "utils", "common", "types", "pkg", "helpers", "misc"}, base) {
		t.Errorf("%s: name the folder after what is in it", name)
	}
	return nil
}

var (
	openEnd     = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`)
	machinePath = regexp.MustCompile(`(^|[\s"'` + "`" + `(=:])(/ho` + `me/|/ro` + `ot/|/wo` + `rk/|/t` + `mp/|/Us` + `ers/|[A-Z]:\\)`)
)

// untidyText is what any text file must not have, as ":line: what".
func untidyText(text []byte) []string {
	var found []string
	for i, line := range bytes.Split(text, []byte("\n")) {
		if openEnd.Match(line) {
			found = append(found, fmt.Sprintf(":%d: an open end: finish it or file an issue", i+1))
		}
		if machinePath.Match(line) {
			found = append(found, fmt.Sprintf(":%d: a path of one machine", i+1))
		}
	}
	return found
}

// untidyGo is what a Go file must not have, and whether it has a package
// comment. Tests and generated tables may be long.
func untidyGo(name string, text []byte) (doc bool, found []string) {
	if formatted, err := format.Source(text); err != nil {
		return false, []string{": " + err.Error()}
	} else if !bytes.Equal(formatted, text) {
		found = append(found, ": not as gofmt writes it")
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, text, parser.ParseComments)
	if err != nil {
		return false, []string{": " + err.Error()}
	}
	if strings.HasSuffix(name, "_test.go") || ast.IsGenerated(file) {
		return file.Doc != nil, found
	}
	if lines := bytes.Count(text, []byte("\n")); lines > maxFileLines {
		found = append(found, fmt.Sprintf(": %d lines, at most %d: a file holds one idea", lines, maxFileLines))
	}
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok {
			continue
		}
		from, to := fset.Position(f.Pos()).Line, fset.Position(f.End()).Line
		if lines := to - from + 1; lines > maxFunctionLines {
			found = append(found, fmt.Sprintf(":%d: func %s has %d lines, at most %d", from, f.Name, lines, maxFunctionLines))
		}
	}
	return file.Doc != nil, found
}
