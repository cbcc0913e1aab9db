package policy

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
	if got := Nearest("b", []string{"bb", "a", "c", "b"}, 3); !slices.Equal(got, []string{"b", "bb", "a"}) {
		t.Errorf("Nearest = %v; ties keep their order", got)
	}
}
