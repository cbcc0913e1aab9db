package scenes

import (
	"strings"
	"testing"
)

// TestScenesSayWhatTheyHold: the counts agree with the text, no two scenes
// are alike, and a field is the same for a seed.
func TestScenesSayWhatTheyHold(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range append(All(), Field(200, 1), Field(200, 2)) {
		if seen[s.Text] {
			t.Errorf("%s: a scene twice", s.Name)
		}
		seen[s.Text] = true
		shapes := 0
		for _, word := range strings.Fields(s.Text) {
			switch word {
			case "sphere", "plane", "triangle", "cylinder", "cone", "disc", "parallelogram", "polyhedron", "bezier":
				shapes++
			}
		}
		if shapes != s.Shapes || s.Shapes == 0 || s.Lights < 2 || s.Mirrors > s.Shapes {
			t.Errorf("%s: %d shapes in the text, %+v", s.Name, shapes, s)
		}
		if s.Texture != strings.Contains(s.Text, "texmap") {
			t.Errorf("%s: texture %v", s.Name, s.Texture)
		}
	}
	if again := Field(30, 7); again.Text != Field(30, 7).Text {
		t.Error("a field differs from itself")
	}
	if f := Field(30, 7); f.Shapes != 31 || f.Name != "field-30" {
		t.Errorf("%+v", f)
	}
}
