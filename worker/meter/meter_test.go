package meter

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestBuild: a program is plain when the go command builds it, and metered
// when Build does.
func TestBuild(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "run", "./testdata/program").Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := string(out); !strings.HasPrefix(got, "false ") || !strings.HasSuffix(got, "{0 0 0}\n") {
		t.Errorf("plain: %s", got)
	}
	program := filepath.Join(t.TempDir(), "program")
	if err := Build(t.Context(), program, "./testdata/program", []string{"GOWORK=off"}); err != nil {
		t.Fatal(err)
	}
	out, err = exec.CommandContext(t.Context(), program).Output()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(out), "true true {0 0 0}\n"; got != want {
		t.Errorf("metered: %s, want %s", got, want)
	}
}

// TestBuildSaysWhatFails: errors of the go command come with its words.
func TestBuildSaysWhatFails(t *testing.T) {
	err := Build(t.Context(), filepath.Join(t.TempDir(), "x"), "./testdata/nowhere", nil)
	if err == nil || !strings.Contains(err.Error(), "testdata/nowhere") {
		t.Errorf("error %v, want one that names the package", err)
	}
}

// TestRefuses: each thing that would be metered wrongly is an error with its
// file and line, all at once.
func TestRefuses(t *testing.T) {
	m := Meter{Registry: "cnv/worker/meter/testdata/refused/kernels", Env: []string{"CGO_ENABLED=0"}}
	want := []string{
		`halt/halt.s:1: assembly cannot be metered`,
		`linked/linked.go:10: a link into cnv/worker/meter/testdata/refused/wrong`,
		`wrong/wrong.go:11: the name _ms is the meter's`,
		`wrong/wrong.go:11: the name _ms is the meter's`,
		`wrong/wrong.go:11: the name sum_mt is the meter's`,
		`wrong/wrong.go:15: pprof.Do hides the counters`,
		`wrong/wrong.go:15: the name sum_mt is the meter's`,
	}
	if _, err := exec.LookPath("gcc"); err == nil && runtime.GOOS == "linux" {
		m.Env = []string{"CGO_ENABLED=1"}
		want = slices.Insert(want, 0, `calls/cgo.go:4: cgo cannot be metered`)
	}
	_, err := m.Overlay(t.Context(), t.TempDir())
	if err == nil {
		t.Fatal("not refused")
	}
	got := strings.Split(err.Error(), "\n")
	if len(got) != len(want) {
		t.Fatalf("%d errors, want %d:\n%v", len(got), len(want), err)
	}
	for i, line := range got {
		if !strings.HasPrefix(line, "meter: ") || !strings.Contains(line, "/refused/"+want[i]) {
			t.Errorf("error %q, want %q", line, want[i])
		}
	}
}

// TestMisuse: what the meter is asked for wrongly is said clearly.
func TestMisuse(t *testing.T) {
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "go.mod"), []byte("module other\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		m    Meter
		args []string
		want string
	}{
		{Meter{Dir: t.TempDir()}, nil, `no go.mod at or above folder`},
		{Meter{Dir: other}, nil, `cnv/worker/kernels is not in std`},
		{Meter{Registry: "golang.org/x/image/bmp"}, nil, `golang.org/x/image/bmp is not in the main module`},
		{Meter{Registry: "cnv/worker/meter/testdata/border/kernels"}, nil, `border/shared would exist twice, metered for the kernels and plain for cnv/worker/meter/testdata/border/plain`},
		{Meter{Runtime: "cnv/worker/kernel"}, nil, `cnv/worker/kernel is not what the meter puts copies into`},
		{tricky, []string{"-overlay=x.json"}, `-overlay cannot be used`},
	} {
		_, err := c.m.Overlay(t.Context(), t.TempDir(), c.args...)
		if err == nil || !strings.HasPrefix(err.Error(), "meter: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: error %v, want %q", c.m, err, c.want)
		}
	}
}

// TestOverlayIsReproducible: two overlays hold the same copies, and trimmed
// ones name no folder.
func TestOverlayIsReproducible(t *testing.T) {
	read := func() map[string][]byte {
		folder := t.TempDir()
		if _, err := tricky.Overlay(t.Context(), folder, "-trimpath"); err != nil {
			t.Fatal(err)
		}
		names, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		copies := map[string][]byte{}
		for _, name := range names {
			if copies[filepath.Base(name)], err = os.ReadFile(name); err != nil {
				t.Fatal(err)
			}
		}
		return copies
	}
	one, two := read(), read()
	if !maps.EqualFunc(one, two, bytes.Equal) || len(one) < 10 {
		t.Errorf("two overlays of %d and %d files differ", len(one), len(two))
	}
	absolute := regexp.MustCompile(`//line (/|[A-Z]:)`)
	for name, text := range one {
		if absolute.Match(text) {
			t.Errorf("%s names a folder of this machine", name)
		}
	}
}

// TestCopiesKeepTheirLanguage: a file is compiled in the version of the
// language that its module asks for, or the file itself, though its copy is in
// a module that asks for a later one.
func TestCopiesKeepTheirLanguage(t *testing.T) {
	folder := t.TempDir()
	if _, err := tricky.Overlay(t.Context(), folder, "-trimpath"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"control.go": `^//line control.go:1\n`,
		"old.go":     `^//go:build go1\.21\n\n//line old.go:1\n// go:build go1\.21\n`,
		"scale.go":   `^//go:build go1\.\d+\n\n//line scale.go:1\n`, // of golang.org/x/image
	} {
		found, err := filepath.Glob(filepath.Join(folder, "*-"+name))
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: %q, %v", name, found, err)
		}
		text, err := os.ReadFile(found[0])
		if err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(want).Match(text) {
			t.Errorf("%s begins with %.100q, want %q", name, text, want)
		}
	}
}

// TestThreaded: the interfaces whose calls pass the counters are those that
// only types of the copied packages are used as.
func TestThreaded(t *testing.T) {
	m := tricky
	m.Border, m.Runtime = "cnv/worker/kernel", "cnv/worker/metered"
	s, err := m.load(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	s.thread()
	threaded := map[string]bool{}
	for _, of := range s.threaded {
		if strings.HasSuffix(of.Pkg().Path(), "tricky/cases") {
			threaded[of.Name()] = true
		}
	}
	if got, want := slices.Sorted(maps.Keys(threaded)), []string{"adder", "solid"}; !slices.Equal(got, want) {
		t.Errorf("threaded %q, want %q", got, want)
	}
}

func TestSourceFlags(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"", ""},
		{"-o worker ./worker/cmd", ""},
		{"-race -v -tags a,b -o x ./p", "-race -tags a,b"},
		{"--tags=a -mod=mod -ldflags=-s", "--tags=a -mod=mod"},
		{"-tags", ""},
	} {
		got, err := sourceFlags(strings.Fields(c.args))
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("%q: %q, %v, want %q", c.args, got, err, c.want)
		}
	}
}

// TestWorkersLackTheTool: what a worker is built from does not import what
// rewrites it.
func TestWorkersLackTheTool(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "cnv/worker/metered/...", "cnv/worker/kernels").Output()
	if err != nil {
		t.Fatal(err)
	}
	for path := range strings.Lines(string(out)) {
		if strings.HasPrefix(path, "golang.org/x/tools") || strings.HasPrefix(path, "cnv/worker/meter\n") {
			t.Errorf("imports %s", path)
		}
	}
}
