package raytracer

import (
	"testing"

	"cnv/worker/scenes"
)

// BenchmarkShapes renders 200 shapes with the tree, and by asking every one.
func BenchmarkShapes(b *testing.B) {
	s, err := parse(scenes.Field(200, 1).Text, 1000)
	if err != nil {
		b.Fatal(err)
	}
	v := &view{cols: 200, rows: 150, width: 200, height: 150}
	v.aim(s)
	for name, t := range map[string]*tree{"tree": newTree(s.things), "none": {endless: s.things}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := (&world{s, &walk{tree: t}, deepest}).render(b.Context(), v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
