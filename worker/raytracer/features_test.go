package raytracer

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	_ "cnv/internal/seeded"
	"cnv/worker/kernel"
	"cnv/worker/scenes"
	"cnv/workloads/features"
)

// TestFeaturesAgree: what a gateway counts in a scene, without building it, is
// what the kernel reads; and it can tell nothing of scenes that are refused
// because they end too early or name what there is not.
func TestFeaturesAgree(t *testing.T) {
	var all []scenes.Scene
	for _, s := range append(specimens(), scenes.Field(200, 1)) {
		all = append(all, s, scenes.Scene{Text: strings.ReplaceAll(s.Text, "\n", "\r\n\t "), Texture: s.Texture})
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom(all).Draw(t, "scene").Text
		if rapid.Bool().Draw(t, "damaged") {
			words := strings.Fields(text)
			i := rapid.IntRange(0, len(words)-1).Draw(t, "word")
			switch rapid.IntRange(0, 2).Draw(t, "how") {
			case 0:
				words = words[:i]
			case 1:
				words[i] = rapid.SampledFrom([]string{"0", "1", "-1", "sphere", "solid", "1e5"}).Draw(t, "instead")
			case 2:
				words = append(words[:i], words[i+1:]...)
			}
			text = strings.Join(words, " ")
		}
		body, err := json.Marshal(map[string]string{"scene": text})
		if err != nil {
			t.Fatal(err)
		}
		v, _, counted := features.Of(features.Raytracer, query(40, 30, 20, 10, 0, 0, "aa=true"), "", body)
		s, read := parse(text, kernel.Default.Shapes)
		if read != nil {
			if strings.Contains(read.Error(), "too early") && counted == nil {
				t.Fatalf("%v, yet %v was counted", read, v)
			}
			return
		}
		shapes, mirrors := s.counts()
		want := features.Scene{Cols: 20, Rows: 10, AA: true, Lights: len(s.lights), Shapes: shapes, Mirrors: mirrors, Body: int64(len(body))}
		for _, p := range s.pigments {
			want.Textured = want.Textured || p.kind == "texmap"
		}
		if counted != nil || v != want.Features() {
			t.Fatalf("counted %v (%v), want %v", v, counted, want.Features())
		}
	})
}

// counts is how many shapes there are, and how many reflect or refract.
func (s *scene) counts() (shapes, mirrors int) {
	const whole = 2 * facets * facets
	for _, o := range s.things {
		share := whole
		if _, piece := o.shape.(*facet); piece {
			share = 1
		}
		shapes += share
		if f := s.finishes[o.finish]; f.reflect > 0 || f.transmit > 0 {
			mirrors += share
		}
	}
	return shapes / whole, mirrors / whole
}
