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
	for most, want := range map[int]string{10: "machines…", 20: "machines at work…", 22: "machines at work 63 %"} {
		if got := clipped("machines at work 63 %", most); got != want {
			t.Errorf("in %d columns: %q, want %q", most, got, want)
		}
	}
}
