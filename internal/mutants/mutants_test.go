package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// tiny is a module whose mutants are known.
func tiny() Options {
	return Options{Packages: []string{"."}, Dir: filepath.Join("testdata", "tiny"), Jobs: 2, Limit: time.Second}
}

// TestVerdicts: of a package with tests that state a boundary, tests that miss one, a test
// that asks nothing and a function that nobody calls, each mutant gets its verdict. One that
// never ends is killed by the limit of CPU time.
func TestVerdicts(t *testing.T) {
	var said bytes.Buffer
	all, err := hunt(t.Context(), tiny(), &said)
	if err != nil {
		t.Fatalf("%v\n%s", err, said.Bytes())
	}
	endless := 0
	survivors := map[string]bool{"Tall: height > 1.9 -> height >= 1.9": true}
	for _, j := range all {
		want := killed
		switch {
		case j.Func == "Wait":
			want = unreached
		case j.Func == "Check" || survivors[j.Func+": "+j.Change]:
			want = survived
		}
		if j.verdict != want {
			t.Errorf("%s:%d: %s: %s: %v, want %v", j.File, j.Line, j.Func, j.Change, j.verdict, want)
		}
		if loops := j.Func == "Total" && strings.HasPrefix(j.Change, "i++") && strings.HasSuffix(j.Change, "(removed)"); loops {
			endless++
			if j.by != "signal: killed" {
				t.Errorf("%s never ends and is killed by %q, want the limit of CPU time", j.Change, j.by)
			}
		}
	}
	if endless != 1 {
		t.Errorf("%d mutants never end, want that without i++", endless)
	}
	if len(all) != 31 {
		t.Errorf("%d mutants, want 31", len(all))
	}
	for _, line := range []string{
		"tiny.go:18: Tall: height > 1.9 -> height >= 1.9: survived 1 tests\n",
		"tiny.go:42: Wait: time.Duration(n) * 2 -> time.Duration(n) / 2: not reached\n",
	} {
		if !strings.Contains(said.String(), line) {
			t.Errorf("got\n%swant a line %q", said.Bytes(), line)
		}
	}
}

// TestSample: a seed gives the same sample each time, another seed another one, and a
// sample is in order of the source and without repetition.
func TestSample(t *testing.T) {
	list := func(seed uint64) string {
		o := tiny()
		o.Sample, o.Seed, o.List = 10, seed, true
		var said bytes.Buffer
		if _, err := hunt(t.Context(), o, &said); err != nil {
			t.Fatal(err)
		}
		return said.String()
	}
	one := list(1)
	if again := list(1); again != one {
		t.Errorf("seed 1 gives\n%sand then\n%s", one, again)
	}
	if two := list(2); two == one {
		t.Errorf("seeds 1 and 2 both give\n%s", one)
	}
	if n := strings.Count(one, "\n"); n != 11 {
		t.Errorf("got\n%swant 10 mutants and their number", one)
	}
}

// TestWant: a share below what is wanted is an error that says both; of a few mutants a
// share says nothing, and those that no test reaches or can kill do not count.
func TestWant(t *testing.T) {
	o := Options{Want: 0.9}
	for _, c := range []struct {
		counts
		want string // "" no error
	}{
		{counts{killed: 8, survived: 2, unreached: 50, equivalent: 50, unjudged: 50}, "tests killed 80 % of 10 mutants, want 90 %"},
		{counts{killed: 9, survived: 1, unreached: 50}, ""},
		{counts{killed: 7, survived: 2, equivalent: 50}, ""},
		{counts{}, ""},
	} {
		if err := o.wanted(c.counts); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %q", c.counts, err, c.want)
		}
	}
}

// TestBudget: once the time is up, what is left is not judged, and nothing is a survivor.
func TestBudget(t *testing.T) {
	o := tiny()
	o.Budget = time.Nanosecond
	all, err := hunt(t.Context(), o, &bytes.Buffer{})
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range all {
		if j.verdict != unjudged {
			t.Errorf("%s: %s: %v, want %v", j.Func, j.Change, j.verdict, unjudged)
		}
	}
}

// TestRun: only the tests that match count; a pattern that is none is an error that says so.
func TestRun(t *testing.T) {
	o := tiny()
	o.Run = "^TestTotal$"
	all, err := hunt(t.Context(), o, &bytes.Buffer{})
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range all {
		if j.Func != "Total" && j.verdict != unreached || j.Func == "Total" && j.tests != 1 {
			t.Errorf("%s: %s: %v by %d tests, want those of Total alone to be reached, by one", j.Func, j.Change, j.verdict, j.tests)
		}
	}
	o.Run = "("
	if _, err := hunt(t.Context(), o, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "missing closing )") {
		t.Errorf("the pattern %q: %v", o.Run, err)
	}
}

// TestParseDiff: added and changed lines count, removed ones have no place, and a file
// that is gone has none.
func TestParseDiff(t *testing.T) {
	diff := "--- a/x/a.go\n+++ b/x/a.go\n@@ -3 +3,2 @@ func f() {\n-old\n+new\n+new\n@@ -9,2 +10,0 @@\n-x\n-y\n@@ -20,0 +20 @@\n+z\n" +
		"--- a/gone.go\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n"
	got, err := parseDiff(diff)
	if err != nil {
		t.Fatal(err)
	}
	if want := "map[3:true 4:true 20:true]"; fmt.Sprint(got["x/a.go"]) != want {
		t.Errorf("lines of x/a.go %v, want %s", got["x/a.go"], want)
	}
	if len(got["/dev/null"]) != 0 {
		t.Errorf("lines of a file that is gone: %v", got["/dev/null"])
	}
}

// TestEquivalents: a mutant that is listed is not run; a line without a reason is refused.
func TestEquivalents(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list.txt")
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("# words\n\na/b.go\tT.f\ta < b -> a <= b\tboth are never equal\n")
	got, err := readEquivalents(path)
	m := Mutant{File: "a/b.go", Line: 7, Func: "T.f", Change: "a < b -> a <= b"}
	if err != nil || got[m.place()] != "both are never equal" {
		t.Errorf("got %q, %v, want the reason of %v", got, err, m)
	}
	write("a/b.go\tT.f\ta < b -> a <= b\t\n")
	if _, err := readEquivalents(path); err == nil || !strings.Contains(err.Error(), "list.txt:1: want file") {
		t.Errorf("a line without a reason: %v", err)
	}
}

// TestListedExist: every mutant that the list calls equivalent is one of the source still.
func TestListedExist(t *testing.T) {
	listed, err := readEquivalents("equivalent.txt")
	if err != nil {
		t.Fatal(err)
	}
	var patterns []string
	for p := range listed {
		patterns = append(patterns, "./"+filepath.ToSlash(filepath.Dir(p.file)))
	}
	if len(patterns) == 0 {
		return
	}
	packages, err := load(t.Context(), mustAbs(t, "../.."), "../..", patterns)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range packages {
		for _, f := range l.files {
			for _, s := range f.sites {
				delete(listed, s.place())
			}
		}
	}
	for p := range listed {
		t.Errorf("%s: %s: %s: no such mutant: remove its line", p.file, p.fn, p.change)
	}
}

func mustAbs(t *testing.T, path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return abs
}

// TestAllCompile: the mutants of the control plane, the simulator and the statistics, all at
// once, are of the right types. These have every kind of statement and expression; of others
// the mutants are compiled where their lines change (.ci/run).
func TestAllCompile(t *testing.T) {
	patterns := []string{"./policy", "./sim", "./results/stat"}
	packages, err := load(t.Context(), mustAbs(t, "../.."), "../..", patterns)
	if err != nil {
		t.Fatal(err)
	}
	all, err := goList(t.Context(), "../..", append(patterns, "os", "strconv", "syscall"))
	if err != nil {
		t.Fatal(err)
	}
	exports := map[string]string{}
	for _, p := range all {
		exports[p.ImportPath] = p.Export
	}
	n := 0
	for _, l := range packages {
		fset := token.NewFileSet()
		var files []*ast.File
		add := func(name, text string) {
			f, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, f)
		}
		for _, f := range l.files {
			for _, s := range f.sites {
				n++
				s.ID = n
			}
			add(f.name, f.renderer(f.sites...).render(f.syntax))
		}
		add("mutant_switch.go", "package "+l.pkg.Name()+switchFile)
		if _, err := typed(l.path, fset, files, exports, &types.Info{}); err != nil {
			t.Errorf("%s: %v", l.path, err)
		}
	}
	if n < 5000 {
		t.Errorf("%d mutants, want thousands", n)
	}
}
