package policy_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestEveryFuzzTargetIsFuzzed: what `.ci/fuzz` finds are the fuzz targets of the source of all
// modules, each once.
func TestEveryFuzzTargetIsFuzzed(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("bash, which runs .ci/fuzz, is not here")
	}
	root := moduleRoot(t)
	var want []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		names, err := fuzzTargets(path)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(root, filepath.Dir(path))
		for _, name := range names {
			want = append(want, filepath.ToSlash(folder)+" "+name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	said, err := exec.Command("bash", filepath.Join(root, ".ci", "fuzz"), "--list").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	got := strings.Split(strings.TrimSpace(string(said)), "\n")
	slices.Sort(got)
	slices.Sort(want)
	if len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf(".ci/fuzz finds\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// fuzzTargets are the functions of a file that the go command fuzzes.
func fuzzTargets(path string) (names []string, err error) {
	source, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(source, []byte("Fuzz")) {
		return nil, err
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Fuzz") {
			names = append(names, f.Name.Name)
		}
	}
	return names, nil
}
