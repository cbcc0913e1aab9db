package raytracer

import (
	"slices"
	"testing"
	"time"

	"cnv/worker/scenes"
)

// BenchmarkTree renders 200 shapes with the tree and by asking every one, in
// turn, and reports how many times faster the tree is: the median of the rounds.
func BenchmarkTree(b *testing.B) {
	s, err := parse(scenes.Field(200, 1).Text, 1000)
	if err != nil {
		b.Fatal(err)
	}
	v := &view{cols: 200, rows: 150, width: 200, height: 150}
	v.aim(s)
	render := func(t *tree) float64 {
		began := time.Now()
		if _, err := (&world{scene: s, walk: &walk{tree: t}, depth: deepest}).render(b.Context(), v); err != nil {
			b.Fatal(err)
		}
		return time.Since(began).Seconds()
	}
	with, without := newTree(s.things), &tree{endless: s.things}
	var ratios []float64
	for b.Loop() {
		ratios = append(ratios, render(without)/render(with))
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "none/tree")
}
