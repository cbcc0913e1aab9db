package csvfile

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	_ "cnv/internal/seeded"
)

// TestNothingIsAFormula: no field that is written begins as a formula does, but for numbers,
// and each reads back as it was.
func TestNothingIsAFormula(t *testing.T) {
	dir := t.TempDir()
	text := rapid.OneOf(rapid.StringMatching(`'?'?[=+@-]?[a-z0-9 ,"']*`), rapid.SampledFrom([]string{"=cmd|' /C calc'!A0", "-5", "-inf", "+1e3", "@SUM(A1)", "'=x", "-", ""}))
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(text, 2, 2).Draw(t, "fields")
		name := filepath.Join(dir, "x.csv")
		err := Write(name, []string{"a", "b"}, func(write func(...string) error) error { return write(slices.Clone(want)...) })
		if err != nil {
			t.Fatal(err)
		}
		err = Read(name, []string{"a", "b"}, func(f []string) error {
			if !slices.Equal(f, want) {
				t.Fatalf("%q is read as %q", want, f)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range Inert(slices.Clone(want)) {
			if f != "" && strings.ContainsRune("=+@-", rune(f[0])) && formula(f) {
				t.Fatalf("%q is written as a formula", f)
			}
		}
	})
}
