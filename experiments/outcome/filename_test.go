package outcome

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestFileNames: names of policies and workloads are told apart as folders,
// whatever is in them, and none of them is a path.
func TestFileNames(t *testing.T) {
	long := strings.Repeat("long/", 100)
	seen := map[string]string{}
	for _, text := range []string{
		"", ".", "..", "...", ".hidden", "/", "//", "a/b", "a_b", `a\b`, "a%2Fb", "%", "%2E", "a:b", "a\x00b", "a\nb", "\xff", "\ufffd", "%FF",
		"jsq + demand", "p99 ü", "x.y", long, long + "1", strings.Repeat("ü", 200), strings.Repeat("ü", 201),
	} {
		name := FileName(text)
		if name == "" || strings.HasPrefix(name, ".") || filepath.Base(name) != name || strings.ContainsAny(name, "\\:\x00\n") || len(name) > 200 {
			t.Errorf("%q is %q", text, name)
		}
		if other, ok := seen[name]; ok {
			t.Errorf("%q and %q are both %q", other, text, name)
		}
		seen[name] = text
	}
	for _, text := range []string{"jsq + demand", "least-loaded (d=2)", "x.y", "p99 ü"} {
		if name := FileName(text); name != text {
			t.Errorf("%q is %q, want it as it is", text, name)
		}
	}
}
