package plan

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFind: a name is the user's file before it is ours, and what is neither
// is told apart from a file that is not there.
func TestFind(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir(Folder, 0o755); err != nil {
		t.Fatal(err)
	}
	mine := filepath.Join(Folder, "mine.toml")
	if err := os.WriteFile(mine, []byte("of the user"), 0o644); err != nil {
		t.Fatal(err)
	}
	shipped := map[string]string{"mine": "of the program", "quickstart": "of the program"}
	for _, c := range []struct{ name, file, text, fails string }{
		{name: "mine", file: mine, text: "of the user"},
		{name: mine, file: mine, text: "of the user"},
		{name: "quickstart", file: filepath.Join(Folder, "quickstart.toml"), text: "of the program"},
		{name: "quikstart", fails: `no experiment "quikstart" (nearest valid name "quickstart")`},
		{name: "mein", fails: `nearest valid name "mine"`},
		{name: "lst", fails: `nearest valid name "list"`},
		{name: "quickstart.toml", fails: "quickstart.toml: no such experiment file"},
		{name: Folder + "/", fails: "is a directory"},
		{name: "", fails: `no experiment ""`},
	} {
		got, err := Find(c.name, shipped, "list")
		switch {
		case c.fails == "" && (err != nil || got.File != c.file || got.Dir != Folder || got.Text != c.text):
			t.Errorf("%q: %v, error %v, want %q of %s", c.name, got, err, c.text, c.file)
		case c.fails != "" && (err == nil || !strings.Contains(err.Error(), c.fails)):
			t.Errorf("%q: error %v, want %q", c.name, err, c.fails)
		}
	}
}
