package raytracer

import (
	"testing"
	"time"

	"cnv/worker/scenes"
)

// BenchmarkTree renders 200 shapes with the tree and by asking every one, in
// turn, and reports how many times faster the tree is. What other programs take
// away only adds, so the least of the rounds counts.
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
	fast, slow := render(with), render(without)
	for b.Loop() {
		fast, slow = min(fast, render(with)), min(slow, render(without))
	}
	b.ReportMetric(slow/fast, "none/tree")
	b.ReportMetric(fast*1e3, "tree-ms")
}
