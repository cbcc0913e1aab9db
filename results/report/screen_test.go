package report

import "testing"

// TestShortened: names that differ at their ends differ when they are cut, and a text keeps
// its beginning.
func TestShortened(t *testing.T) {
	for _, c := range []struct {
		name string
		most int
		want string
	}{
		{"greedy-dual environments=60", 23, "greedy-dual…ronments=60"},
		{"greedy-dual environments=90", 23, "greedy-dual…ronments=90"},
		{"jsq", 3, "jsq"},
		{"jsqs", 3, "j…s"},
		{"ab", 1, "…"},
	} {
		if got := shortened(c.name, c.most); got != c.want {
			t.Errorf("%q in %d columns: %q, want %q", c.name, c.most, got, c.want)
		}
	}
	if got := clipped("machines still booting", 10); got != "machines …" {
		t.Errorf("%q", got)
	}
}
