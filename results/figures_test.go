package results

import (
	"bytes"
	"encoding/xml"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// drawn is a folder of results with figures and report.
func drawn(t testing.TB) string {
	t.Helper()
	dir := fakeResults(t)
	if err := Draw(dir, DrawOptions{}); err != nil {
		t.Fatal(err)
	}
	return dir
}

// read is the bytes of a file.
func read(t testing.TB, name ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(name...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestDrawAgain: the same stored files give the same bytes, in place of
// whatever was there, and no other file is touched or left behind.
func TestDrawAgain(t *testing.T) {
	dir := drawn(t)
	before := snapshot(t, dir)
	for _, name := range []string{"figures/response.svg", "figures/cost.png"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("broken"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "figures", "old.svg"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Draw(dir, DrawOptions{}); err != nil {
		t.Fatal(err)
	}
	after := snapshot(t, dir)
	for name, b := range before {
		if !bytes.Equal(b, after[name]) {
			t.Errorf("%s differs when drawn again", name)
		}
	}
	for name := range after {
		if _, ok := before[name]; !ok {
			t.Errorf("%s was left behind", name)
		}
	}
}

// snapshot is every file below dir.
func snapshot(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files[path], err = os.ReadFile(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestFiguresAreWellFormed: every figure is there as SVG that parses and as
// PNG of at least 200 dots per inch.
func TestFiguresAreWellFormed(t *testing.T) {
	dir := drawn(t)
	for _, name := range []string{"response", "cost", "capacity"} {
		d := xml.NewDecoder(bytes.NewReader(read(t, dir, "figures", name+".svg")))
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s.svg: %v", name, err)
			}
		}
		p, err := png.DecodeConfig(bytes.NewReader(read(t, dir, "figures", name+".png")))
		if err != nil {
			t.Fatalf("%s.png: %v", name, err)
		}
		if p.Width < 7*200 {
			t.Errorf("%s.png is %d dots wide, want at least %d", name, p.Width, 7*200)
		}
	}
}

// TestLook copies the drawn folder to $CNV_LOOK, for a human to look at.
func TestLook(t *testing.T) {
	to := os.Getenv("CNV_LOOK")
	if to == "" {
		t.Skip("CNV_LOOK names no folder to copy the figures to")
	}
	if err := os.CopyFS(to, os.DirFS(drawn(t))); err != nil {
		t.Fatal(err)
	}
}
