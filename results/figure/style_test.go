package figure

import (
	"fmt"
	"testing"
)

// TestMarksDiffer: of so many policies no two have the same colour and glyph.
func TestMarksDiffer(t *testing.T) {
	seen := map[string]int{}
	for i := range len(palette) * len(glyphs) {
		l := lookOf(i)
		mark := fmt.Sprintf("%v %T", l.color, l.glyph)
		if j, ok := seen[mark]; ok {
			t.Errorf("policies %d and %d have one mark", j, i)
		}
		seen[mark] = i
	}
}
