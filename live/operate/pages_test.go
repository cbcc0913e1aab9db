package operate

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cnv/live/run/runtest"
)

// TestPagesAreWhole: admin pages are deployed with all that they need, or not.
func TestPagesAreWhole(t *testing.T) {
	dir := t.TempDir()
	cert, key := runtest.Certificate(t, dir)
	short, token := filepath.Join(dir, "short"), filepath.Join(dir, "token")
	for file, text := range map[string]string{short: "abc", token: strings.Repeat("t", 32)} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, x := range []struct {
		flags Pages
		says  string
	}{
		{Pages{}, ""}, {Pages{"203.0.113.7/32", token, cert, key}, ""},
		{Pages{"", token, cert, key}, "--admin-allow"}, {Pages{"203.0.113.7/32", short, cert, key}, "32"},
		{Pages{"203.0.113.7/32", token, key, cert}, "--admin-cert"},
	} {
		if _, err := x.flags.read(); x.says == "" && err != nil || x.says != "" && (err == nil || !strings.Contains(err.Error(), x.says)) {
			t.Errorf("%+v: %v, want %q", x.flags, err, x.says)
		}
	}
}
