package seeded

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestEveryPropertyIsDrawnAlike: the tests of each package that use rapid, or the checks of
// policies that do, import this one.
func TestEveryPropertyIsDrawnAlike(t *testing.T) {
	uses, imports := map[string]bool{}, map[string]bool{}
	err := filepath.WalkDir("../..", func(file string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(file, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, i := range f.Imports {
			switch strings.Trim(i.Path.Value, `"`) {
			case "pgregory.net/rapid", "cnv/policy/policytest":
				uses[filepath.Dir(file)] = true
			case "cnv/internal/seeded":
				imports[filepath.Dir(file)] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	delete(uses, filepath.FromSlash("../../internal/seeded")) // this package
	for dir := range uses {
		if !imports[dir] {
			t.Errorf("%s: its tests do not import cnv/internal/seeded, and draw other inputs each time", dir)
		}
	}
	if len(uses) < 10 {
		t.Errorf("found %d packages that use rapid", len(uses))
	}
}

// TestDrawsTheSame: two processes draw the same hundred numbers, and others where the
// environment or a flag gives another seed.
func TestDrawsTheSame(t *testing.T) {
	if os.Getenv("SEEDED_NUMBERS") != "" {
		rapid.Check(t, func(t *rapid.T) { println(rapid.Uint64().Draw(t, "n")) })
		return
	}
	numbers := func(env string, args ...string) string {
		cmd := exec.Command(os.Args[0], append(args, "-test.run=^TestDrawsTheSame$")...)
		for _, v := range os.Environ() {
			if !strings.HasPrefix(v, "RAPID_") {
				cmd.Env = append(cmd.Env, v)
			}
		}
		var said strings.Builder
		cmd.Env, cmd.Stderr = append(cmd.Env, "SEEDED_NUMBERS=1", env), &said
		if err := cmd.Run(); err != nil {
			t.Fatal(err)
		}
		return said.String()
	}
	first := numbers("NONE=")
	if n := strings.Count(first, "\n"); n != 100 {
		t.Errorf("%d numbers were drawn, want 100", n)
	}
	if again := numbers("NONE="); again != first {
		t.Error("another process draws other numbers")
	}
	byEnv, byFlag := numbers("RAPID_SEED=7"), numbers("NONE=", "-rapid.seed=7")
	if byEnv == first || byEnv != byFlag {
		t.Error("RAPID_SEED=7 draws the numbers of no seed, or others than -rapid.seed=7")
	}
	if few := numbers("RAPID_CHECKS=3"); strings.Count(few, "\n") != 3 {
		t.Errorf("RAPID_CHECKS=3 draws %d numbers", strings.Count(few, "\n"))
	}
}
