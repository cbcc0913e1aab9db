package nearest

import (
	"slices"
	"testing"
)

// TestDistanceByHand: the classic pairs.
func TestDistanceByHand(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "", 3}, {"", "abc", 3}, {"kitten", "sitting", 3}, {"flaw", "lawn", 2}, {"same", "same", 0}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
	if got := Names("b", []string{"bb", "a", "c", "b"}, 3); !slices.Equal(got, []string{"b", "bb", "a"}) {
		t.Errorf("Names = %v; ties keep their order", got)
	}
	if got := Hint("jqs", []string{"rr", "jsq"}); got != ` (nearest valid name "jsq")` {
		t.Errorf("Hint = %q", got)
	}
	if got := Hint("jqs", nil); got != "" {
		t.Errorf("Hint of no names = %q", got)
	}
}

// TestNearest: the names that people mistype.
func TestNearest(t *testing.T) {
	valid := []string{"roundrobin", "jsq", "p2c"}
	for name, want := range map[string]string{"rondrobin": "roundrobin", "JSQ": "jsq", "p2": "p2c", "": "jsq"} {
		if got := Names(name, valid, 1); len(got) != 1 || got[0] != want {
			t.Errorf("nearest to %q is %q, want %q", name, got, want)
		}
	}
}
